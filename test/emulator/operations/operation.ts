import { Context } from '../service';

/** An operation of the control plane. Its input has passed the model's constraints. */
export type Operation = (context: Context, input: never) => object | Promise<object>;

/** Operations by the name of the service model. */
export type Operations = Readonly<Record<string, Operation>>;
