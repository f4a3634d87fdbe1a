import { NOT_EMULATED, UNPROVEN } from './data-plane/not-emulated';
import { dataPlaneOperations } from './data-plane/operations';
import { otherOperations } from './emulated-services';
import { dataPlaneModel, model, Model } from './model';
import { operations } from './operations';
import { Operations } from './operations/operation';

interface ImplementedOperations {
  readonly title: string;
  readonly there: readonly string[];
  /** Those of its model that are not here. */
  readonly missing: readonly string[];
}

const ofPlane = (title: string, built: Operations, plane: Model): ImplementedOperations => ({
  title,
  there: Object.keys(built).sort(),
  missing: Object.keys(plane.operations).filter(name => !Object.hasOwn(built, name)),
});

/** What each service has, read from the operations themselves. */
export const implementedOperations = (): readonly ImplementedOperations[] => [
  ofPlane('payment-cryptography', operations, model),
  ofPlane('payment-cryptography-data', dataPlaneOperations, dataPlaneModel),
  ...otherOperations().map(([title, built]) => ({ title, there: Object.keys(built).sort(), missing: [] })),
];

/** Options of operations that are not here, each with its reason. */
export const optionsNotEmulated = (): ReadonlyArray<readonly [string, string]> => Object.entries(NOT_EMULATED);

/** Options of operations whose results no public value proves, each with what is done. */
export const optionsUnproven = (): ReadonlyArray<readonly [string, string]> => Object.entries(UNPROVEN);
