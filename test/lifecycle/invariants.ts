import { isDeepStrictEqual } from 'util';
import { LOGICAL_ID_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { PACING } from '../../src/provider/handler/quota/pacing';
import { RequestLogEntry } from '../emulator';
import { ATTACHED } from './attached';
import { materialIn } from './custodians';
import { differences } from './differences';
import { CREATIONS, LOOKS, OUR_ACCESS_KEY, Sent } from './notebook';
import { FOREIGN_REGION, FOREIGN_TAG, OTHER_STACK } from './others';
import { RESPONSE_HOST, RESPONSE_SIGNATURE } from './post';
import { Run } from './run';
import { REGION, STACK_ID } from './world';

/** What is wrong after a run; nothing when all is well. */
type Invariant = (run: Run) => string[];

const MOST_BYTES = 4096;
const PACE_WINDOW_MS = 2_000;

const ourKeys = (run: Run) => {
  const made = createdByUs(run);
  return run.emulator.snapshot(REGION).keys.filter(({ tags, key }) => tags[STACK_ID_TAG] === STACK_ID || made.has(key.KeyArn));
};
const alive = (run: Run) => ourKeys(run).filter(({ key }) => key.KeyState === 'CREATE_COMPLETE');
const executed = (run: Run, operation: string): RequestLogEntry[] => run.emulator.log.entries
  .filter(entry => entry.operation === operation && entry.executed && entry.accessKeyId === OUR_ACCESS_KEY);

const creations = (run: Run) => CREATIONS.flatMap(operation => executed(run, operation));

const requestTag = (input: any): string | undefined => input.Tags?.find(({ Key }: { Key: string }) => Key === REQUEST_ID_TAG)?.Value;

/** Request id by ARN, from the requests themselves: tags are what is judged. */
function createdByUs(run: Run): Map<string, string | undefined> {
  return new Map(creations(run).flatMap(({ input, output }) => {
    const arn = (output as any)?.Key?.KeyArn as string | undefined;
    return arn ? [[arn, requestTag(input)] as const] : [];
  }));
}

const errors = (run: Run, code: string) => run.notebook.logLines.map(line => JSON.parse(line)).filter(line => line.code === code);

/** Of a stack, or of whoever was told. */
function ownedIds({ cloudFormation: { resources, retained, abandoned }, others: { adoptedKeys } }: Run): ReadonlySet<string> {
  return new Set([...adoptedKeys, ...retained, ...abandoned, ...[...resources.values()].map(({ physicalId }) => physicalId)]);
}

function noUnownedKey(run: Run): string[] {
  const { retainedRequests, troubled } = run.cloudFormation;
  const owned = ownedIds(run);
  const reports = errors(run, 'LEFT_BEHIND').map(({ message }) => String(message));
  return alive(run).filter(({ key, tags }) => !owned.has(key.KeyArn) && !retainedRequests.has(tags[REQUEST_ID_TAG])).flatMap(({ key, tags }) => {
    const requestId = tags[REQUEST_ID_TAG];
    const request = run.notebook.sent.get(requestId);
    // Whoever reads DELETE_FAILED or UPDATE_ROLLBACK_FAILED knows that something of a request without an answer may be left.
    if (request?.givenUp && troubled.has(request.logicalId)) { return []; }
    if (!reports.some(report => report.includes(key.KeyArn) || (requestId && report.includes(requestId)))) {
      return [`${key.KeyArn} of request ${requestId} has no owner and is not reported`];
    }
    // Nobody knows whether CloudFormation took an answer that came while it gave the request up.
    const explained = run.notebook.strikes.some(({ logicalId }) => logicalId === tags[LOGICAL_ID_TAG])
      || request?.givenUp === 'cancelled'
      // Neither the ledger nor the key's tags say any more whose it is (L11).
      || (request !== undefined && tags[STACK_ID_TAG] === undefined && run.notebook.lostAt.has(request.logicalId));
    return explained ? [] : [`${key.KeyArn} was left behind although no fault met ${tags[LOGICAL_ID_TAG]}`];
  });
}

/** L7: nobody reads the reason of a SUCCESS, so a Delete that leaves something behind fails once before it succeeds. */
function toldBeforeDeleted(run: Run): string[] {
  const { requests } = run.notebook;
  const isOfThis = (one: Sent, sent: Sent) => one.logicalId === sent.logicalId && one.event.RequestType === 'Delete'
    && one.event.PhysicalResourceId === sent.event.PhysicalResourceId;
  const lines = errors(run, 'LEFT_BEHIND');
  return requests.filter(({ event, answer }) => event.RequestType === 'Delete' && answer?.Status === 'SUCCESS').flatMap(sent => {
    const leftBehind = lines.filter(({ requestId }) => requestId === sent.requestId);
    const wasTold = requests.slice(0, requests.indexOf(sent))
      .some(one => isOfThis(one, sent) && one.bodies.some(body => /"Status":"FAILED".*left behind/i.test(body)));
    return wasTold ? [] : leftBehind.map(({ message }) => `${sent.kind} of ${sent.logicalId} (${sent.requestId}) succeeded at once, although: ${message}`);
  });
}

/**
 * L1, L7, L10: whatever a request made that was not answered SUCCESS, or whose answer the bucket refused, the next request
 * of its resource rolls back before it begins.
 */
function unfinishedRolledBack(run: Run): string[] {
  const { requests, sent, strikes } = run.notebook;
  const owned = ownedIds(run);
  const isDisturbed = ({ requestId }: Sent) => strikes.some(strike => strike.requestId === requestId && !/^answer/.test(strike.fault));
  return run.circumstances.everWrong ? [] : alive(run).filter(({ key }) => !owned.has(key.KeyArn)).flatMap(({ key, tags }) => {
    const maker = sent.get(tags[REQUEST_ID_TAG]);
    if (!maker || run.cloudFormation.retainedRequests.has(maker.requestId) || (maker.delivered && maker.answer?.Status !== 'FAILED')) { return []; }
    const madeAt = (key.CreateTimestamp ?? 0) * 1000;
    const later = requests.slice(requests.indexOf(maker) + 1).filter(one => one.logicalId === maker.logicalId && one.kind !== 'Delete');
    const next = later.find(one => one.sentAt > madeAt && one.answer?.Status === 'SUCCESS' && !isDisturbed(one));
    // Only the Delete of an invented id tells that CloudFormation did not take a SUCCESS. After anything else the key stays, and is reported (L7).
    const isRefused = maker.kind === 'Create' && later.slice(0, later.indexOf(next!) + 1).every(({ kind }) => kind === 'Delete of an invented id');
    if (maker.atAnswer && !isRefused) { return []; }
    return next ? [`${key.KeyArn}, which ${maker.kind} (${maker.requestId}) made in vain, is alive although ${next.kind} (${next.requestId}) succeeded since`] : [];
  });
}

/** With the ARN, CloudFormation deletes what could not be undone; without it, nobody does. */
function failedCreationsNameTheirKey(run: Run): string[] {
  return run.notebook.requests.flatMap(({ kind, answer, requestId }) => {
    const told = kind === 'Create' && answer?.Status === 'FAILED' ? new RegExp(`request ${requestId} made \\S+(key/\\w{16})`).exec(answer.Reason)?.[1] : undefined;
    return told === undefined || answer!.PhysicalResourceId.endsWith(told) ? []
      : [`Create (${requestId}) FAILED as ${answer!.PhysicalResourceId}, although it knew ${told}`];
  });
}

/** Once the request that gave another one up has succeeded, nothing is done for that one any more. */
function nothingDoneTooLate(run: Run): string[] {
  const { requests, sent, deeds } = run.notebook;
  return deeds.flatMap(({ requestId, operation, time }) => {
    const doer = sent.get(requestId)!;
    const next = requests.slice(requests.indexOf(doer) + 1).find(({ logicalId }) => logicalId === doer.logicalId);
    // A creation whose policy is Retain is given up without a word: it may go on beside the next one, each with its own key.
    const tellsOf = next && (doer.previous !== undefined || next.kind === 'Delete of an invented id');
    return tellsOf && next.answer?.Status === 'SUCCESS' && next.answeredAt! < time && !isOrderUnknown(run, doer, next)
      ? [`${operation} for ${doer.kind} (${requestId}) after ${next.kind} (${next.requestId}) had succeeded`] : [];
  });
}

/**
 * An update and its rollback that are sent within one second are told apart by what the resource was before. Nobody knows
 * that of the first request after the loss of the item (SECURITY.md, "Two requests for one resource within one second").
 */
function isOrderUnknown({ notebook: { requests, lostAt } }: Run, one: Sent, next: Sent): boolean {
  const lost = lostAt.get(one.logicalId);
  const isFirstSince = lost !== undefined && lost <= one.sentAt
    && !requests.some(({ logicalId, sentAt }) => logicalId === one.logicalId && sentAt >= lost && sentAt < one.sentAt);
  return isFirstSince && one.event.RequestType === next.event.RequestType && Math.floor(one.sentAt / 1000) === Math.floor(next.sentAt / 1000);
}

function noDeletionWithoutCertainty(run: Run): string[] {
  const asked = new Set(run.notebook.requests.filter(({ event }) => event.RequestType === 'Delete').map(({ event }) => event.PhysicalResourceId));
  const made = createdByUs(run);
  return executed(run, 'DeleteKey').flatMap(({ keyArn, tags = {} }) => {
    if (asked.has(keyArn)) { return []; }
    const request = run.notebook.sent.get(made.get(keyArn!) ?? tags[REQUEST_ID_TAG] ?? '');
    const used = request?.answer?.Status === 'SUCCESS' && request.answer.PhysicalResourceId === keyArn;
    return request && !used ? [] : [`DeleteKey of ${keyArn}, which CloudFormation did not ask for, and which is not of a failed request`];
  });
}

function ownedKeysLive(run: Run): string[] {
  const ours = [...run.cloudFormation.resources].filter(([, { physicalId }]) => !run.others.deletedKeys.has(physicalId));
  return ours.flatMap(([logicalId, { physicalId }]) => {
    const state = run.notebook.keyNow(physicalId)?.key.KeyState;
    return state === 'CREATE_COMPLETE' ? [] : [`${logicalId} is ${physicalId}, which is ${state ?? 'unknown to the service'}`];
  });
}

function oneCreationPerRequest(run: Run): string[] {
  const counts = new Map<string, number>();
  for (const { input } of creations(run)) {
    const tag = requestTag(input) ?? 'no request';
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].filter(([tag, count]) => count > 1 || !run.notebook.sent.has(tag)).map(([tag, count]) => `${count} keys were created for ${tag}`);
}

function answeredInTime(run: Run): string[] {
  return run.notebook.requests
    .filter(({ givenUp, unanswerable, forgotten }) => givenUp === 'timed out' && !unanswerable && !forgotten)
    .map(({ kind, requestId, logicalId, bodies }) => `${kind} of ${logicalId} (${requestId}) had no answer before its deadline, ${bodies.length} afterwards or refused`);
}

function shortAnswers(run: Run): string[] {
  return run.notebook.requests.flatMap(({ bodies }) => bodies.map(body => Buffer.byteLength(body)))
    .filter(size => size > MOST_BYTES).map(size => `an answer of ${size} bytes`);
}

/** L9: from 150 s on, a delivery that finds the table or the state machine out of reach answers FAILED without knowing the ledger's answer. */
const withoutLedger = (body: string) => /^(GetItem|PutItem|UpdateItem|StartExecution) in [a-z0-9-]+: /.test(JSON.parse(body).Reason);

function sameAnswers(run: Run): string[] {
  return run.notebook.requests.map(sent => ({ ...sent, bodies: sent.bodies.filter(body => !withoutLedger(body)) }))
    .filter(({ bodies }) => new Set(bodies).size > 1)
    .map(({ kind, requestId, bodies }) => `${kind} (${requestId}) was answered differently: ${[...new Set(bodies)].join(' and ')}`);
}

const successes = (run: Run) => run.notebook.requests.filter(({ answer, event }) => answer?.Status === 'SUCCESS' && event.RequestType !== 'Delete');

/**
 * A rollback of what changed nothing succeeds without a look: the resource is as the last SUCCESS left it, or as others
 * made it since (design 4, answers: a rollback of an update that changed nothing succeeds). After a rollback that was skipped,
 * an update back to that SUCCESS is the same event as the rollback was, so it is answered in the same way.
 */
function tookBackNothing(run: Run, sent: Sent): boolean {
  if (sent.kind !== 'Reverse update' && !sent.fromHalfway) { return false; }
  const { requests, deeds, sent: all } = run.notebook;
  // As the ledger knows it: whether CloudFormation took the answer, it does not.
  const last = requests.slice(0, requests.indexOf(sent)).filter(one => one.logicalId === sent.logicalId
    && one.succeededAt !== undefined).at(-1);
  const isOfThis = ({ logicalId, event }: Sent) => logicalId === sent.logicalId
    // What was replaced is cleaned up meanwhile.
    && (event.RequestType !== 'Delete' || event.PhysicalResourceId === sent.event.PhysicalResourceId);
  return last !== undefined && isDeepStrictEqual(last.event.ResourceProperties, sent.event.ResourceProperties)
    && !deeds.some(({ requestId, time }) => isOfThis(all.get(requestId)!) && time > last.succeededAt! && time <= sent.answeredAt!);
}

/** Those whose state was to be brought about. */
const broughtAbout = (run: Run) => successes(run).filter(sent => !tookBackNothing(run, sent));

function successOnlyWhenSynchronized(run: Run): string[] {
  return broughtAbout(run).filter(({ declaration }) => declaration.declared.WaitForReplication).flatMap(sent =>
    (sent.declaration.declared.ReplicationRegions ?? []).flatMap((region: string) => {
      const [now, seen] = [sent.atAnswer?.key, sent.lastSeen].map(key => key?.ReplicationStatus?.[region]?.Status);
      // What goes wrong after the last look, unannounced, nobody can know.
      const synchronized = now === 'SYNCHRONIZED' || (now !== undefined && seen === 'SYNCHRONIZED');
      return synchronized ? [] : [`${sent.kind} (${sent.requestId}) succeeded while ${region} was ${now ?? 'not replicated'}`];
    }));
}

function foreignUntouched(run: Run): string[] {
  const { keys, taggedKeys, replicatedKeys } = run.others;
  const changes = run.emulator.log.entries
    .filter(entry => entry.executed && entry.accessKeyId === OUR_ACCESS_KEY && !LOOKS.has(entry.operation!));
  const nowhere = new Set(run.notebook.requests.filter(({ declaration }) => declaration.declared.ReplicationRegions?.length === 0)
    .map(({ logicalId }) => logicalId));
  return [
    ...keys.flatMap(keyArn => {
      const now = run.notebook.keyNow(keyArn);
      const intact = now?.key.KeyState === 'CREATE_COMPLETE' && now.tags[FOREIGN_TAG.Key] === FOREIGN_TAG.Value
        && FOREIGN_REGION in (now.key.ReplicationStatus ?? {});
      return intact ? [] : [`the key ${keyArn} of others is not as they left it`];
    }),
    ...alive(run).flatMap(({ key, tags }) => [
      ...(taggedKeys.has(key.KeyArn) && tags[FOREIGN_TAG.Key] !== FOREIGN_TAG.Value ? [`the tag of others on ${key.KeyArn} is gone`] : []),
      // An empty list means nowhere, whatever the account's defaults gave: a Region of others cannot be told from those.
      ...(replicatedKeys.has(key.KeyArn) && !nowhere.has(tags[LOGICAL_ID_TAG]) && !(FOREIGN_REGION in (key.ReplicationStatus ?? {}))
        ? [`the replica of others of ${key.KeyArn} is gone`] : []),
    ]),
    ...changes.filter(({ keyArn }) => keys.includes(keyArn ?? '')).map(({ operation, keyArn }) => `${operation} on ${keyArn}, which is of others`),
    ...changes.filter(({ tags = {} }) => tags[STACK_ID_TAG] === OTHER_STACK)
      .map(({ operation, keyArn }) => `${operation} on ${keyArn}, which another stack adopted since`),
  ];
}

/** L11: when the ledger has forgotten a resource, only the tags of a key say that it is ours. */
function noForgottenKeyDeletedWithoutTags(run: Run): string[] {
  const { requests, lostAt } = run.notebook;
  return executed(run, 'DeleteKey').filter(({ tags = {} }) => tags[STACK_ID_TAG] === undefined).flatMap(({ keyArn, time }) => {
    const logicalId = requests.find(({ event }) => event.RequestType === 'Delete' && event.PhysicalResourceId === keyArn)?.logicalId;
    const lost = logicalId === undefined ? Infinity : lostAt.get(logicalId) ?? Infinity;
    const isKnownAgain = requests.some(one => one.logicalId === logicalId && one.sentAt >= lost && one.answer?.Status === 'SUCCESS' && one.answeredAt! < time);
    return time >= lost && !isKnownAgain ? [`DeleteKey of ${keyArn}, which bears no tags, and of which the ledger knew nothing`] : [];
  });
}

function noSecretsTold(run: Run): string[] {
  const secrets = [RESPONSE_SIGNATURE, RESPONSE_HOST, 'ResponseURL', 'the-secret-access-key', 'the-session-token'];
  // What Step Functions keeps of an execution, anybody who may read histories or events can read.
  const histories = run.provider.stateMachine.executions.flatMap(({ input, history }) => [input, ...history]);
  const told = [...run.notebook.logLines, ...run.notebook.requests.flatMap(({ bodies }) => bodies), ...histories];
  return secrets.filter(secret => told.some(text => text.includes(secret))).map(secret => `${secret} stands in a log line or an answer`);
}

/** What a custodian stored goes from where it is kept into ImportKey, and nowhere else. Lives without imports have nothing to tell. */
function noMaterialTold(run: Run): string[] {
  if (!run.custodians) { return []; }
  const { logLines, requests, toldByItems } = run.notebook;
  const executions = run.provider.stateMachine.executions.flatMap(({ input, history }) => [input, ...history]);
  const { properties } = run.provider.table;
  const surfaces: ReadonlyArray<readonly [string, ReadonlySet<string>]> = [
    ['a log line', materialIn(logLines.join('\n'))],
    ['an answer', materialIn(requests.flatMap(({ bodies }) => bodies).join('\n'))],
    ['an execution', materialIn(executions.join('\n'))],
    ['properties in the table', materialIn([...properties.values()].join('\n'))],
    ['an item of the table', toldByItems],
  ];
  return surfaces.flatMap(([surface, told]) => [...told].map(what => `${what}, or a part of it, stands in ${surface}`));
}

/** A wrapped key is read by a request that imports it, before it is imported, and by no other. */
function readOnlyToBeImported(run: Run): string[] {
  const { readings, sent } = run.notebook;
  const text = ({ kind, requestId }: Sent) => `${kind} (${requestId})`;
  const perReading = readings.flatMap(({ requestId, input, duringRollback, afterImport }) => {
    const request = sent.get(requestId)!;
    const { WrappedKey: declared } = request.declaration.declared.Material ?? {};
    const named = declared?.Service === 'SECRETS_MANAGER'
      ? declared.SecretArn === input.SecretId && declared.VersionId === input.VersionId
      : declared !== undefined && `${declared.ParameterName}:${declared.Version}` === input.Name;
    if (request.event.RequestType === 'Delete' || !named) { return [`${text(request)} read ${JSON.stringify(input)}, which it does not import`]; }
    return [
      ...duringRollback ? [`${text(request)} read a wrapped key while it rolled back`] : [],
      ...afterImport ? [`${text(request)} read a wrapped key after ImportKey was sent`] : [],
    ];
  });
  const imported = new Set(executed(run, 'ImportKey').map(({ input }) => requestTag(input)));
  const inVain = [...new Set(readings.map(({ requestId }) => requestId))].map(requestId => sent.get(requestId)!)
    .filter(({ requestId, answer }) => answer?.Status === 'SUCCESS' && !imported.has(requestId));
  return [...perReading, ...inVain.map(request => `${text(request)} succeeded and had read a wrapped key, but imported nothing`)];
}

/** Importing takes nothing from the wrapping key. */
function wrappingKeysUntouched(run: Run): string[] {
  const keys = run.custodians?.wrappingKeys ?? [];
  return run.emulator.log.entries
    .filter(({ executed: took, accessKeyId, operation, keyArn }) => took && accessKeyId === OUR_ACCESS_KEY && keys.includes(keyArn ?? '') && !LOOKS.has(operation!))
    .map(({ operation, keyArn }) => `${operation} on ${keyArn}, which keys are imported under`);
}

/** As far as the ledger can know: a Region that it forgot is nobody's (L11). */
function regionsAddedByUs(run: Run, keyArn: string, logicalId: string): string[] {
  const since = run.notebook.lostAt.get(logicalId) ?? 0;
  return [...CREATIONS, 'AddKeyReplicationRegions'].flatMap(operation => executed(run, operation))
    .filter(({ time }) => time >= since)
    .filter(({ keyArn: named, output }) => (named ?? (output as any)?.Key?.KeyArn) === keyArn)
    .flatMap(({ input }) => (input as any).ReplicationRegions ?? []);
}

const replicasTakeTags = (run: Run) => run.variants.switches.tagsOnReplica !== 'ValidationException';

function stateEqualsDeclaration(run: Run): string[] {
  return broughtAbout(run).flatMap(sent => differences(sent, replicasTakeTags(run), keyArn => regionsAddedByUs(run, keyArn, sent.logicalId)).map(what => `${sent.kind} (${sent.requestId}) succeeded, but ${what}`));
}

/** What the service cannot change. Under which key a wrapped key is unwrapped is no part of it: the material is the same. */
const immutable = ({ KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse, Exportable, KeyCheckValueAlgorithm, DeriveKeyUsage, Material }: any) =>
  [KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse, Exportable, KeyCheckValueAlgorithm, DeriveKeyUsage, Material?.WrappedKey];

function replacedOnlyWhenAsked(run: Run): string[] {
  return successes(run)
    .filter(({ kind, previous, declaration }) => kind !== 'Reverse update' && previous
      && isDeepStrictEqual(immutable(previous.declared), immutable(declaration.declared)))
    .filter(({ answer, event }) => answer!.PhysicalResourceId !== event.PhysicalResourceId)
    .map(({ kind, requestId, answer }) => `${kind} (${requestId}) came to ${answer!.PhysicalResourceId}, although it asks for no other key`);
}

function sameAgainChangesNothing(run: Run): string[] {
  return run.afterwards.flatMap(({ again, last, mutations }) => {
    const { answer, logicalId } = again;
    if (answer?.Status !== 'SUCCESS') { return [`${logicalId} could not be declared again when all was well: ${answer?.Reason ?? 'no answer'}`]; }
    return last && mutations.length > 0 ? [`declaring ${logicalId} again made ${mutations.join(', ')}`] : [];
  });
}

/** L8: what replaced a key can be replaced in its turn, by a declaration that is the former key's. */
function mayGoBack(run: Run): string[] {
  return run.thereAndBack.filter(({ answer }) => answer?.Status !== 'SUCCESS')
    .map(({ kind, logicalId, requestId, answer }) => `${kind} of ${logicalId} (${requestId}) came to ${answer?.Reason ?? 'no answer'}`);
}

/** L12: the pace leaves a fifth of the quota to others. One request more, since a late one may come right before its successor. */
function keepsThePace(run: Run): string[] {
  const times = new Map<string, number[]>();
  for (const { accessKeyId, service, region = '', time } of run.emulator.log.entries) {
    if (accessKeyId === OUR_ACCESS_KEY && service === 'payment-cryptography') { times.set(region, [...times.get(region) ?? [], time]); }
  }
  const most = PACE_WINDOW_MS / PACING.fullPace + 2;
  return [...times].flatMap(([region, at]) => {
    const crowded = at.find((time, index) => index >= most && time - at[index - most] < PACE_WINDOW_MS);
    return crowded === undefined ? [] : [`more than ${most} requests to ${region} in ${PACE_WINDOW_MS} ms, until ${new Date(crowded).toISOString()}`];
  });
}

/** Only faults and what is wrong in the service may use up the time. */
function timedOutForACause(run: Run): string[] {
  return run.circumstances.everWrong ? [] : run.notebook.requests
    .filter(({ answer }) => /^(timed out|gave up)(?!.*AccessDenied)/.test(answer?.Reason ?? ''))
    .filter(({ logicalId }) => !run.notebook.strikes.some(strike => strike.logicalId === logicalId))
    .map(({ kind, requestId, answer }) => `${kind} (${requestId}) ${answer!.Reason}`);
}

function emulatorSound(run: Run): string[] {
  return run.emulator.log.entries.flatMap(({ defect, operation }) => defect ? [`the emulator failed in ${operation}: ${defect}`] : []);
}

function neverAnInternalError(run: Run): string[] {
  return errors(run, 'REQUEST_FAILED').map(({ message }) => String(message)).filter(message => message.includes('internal error'));
}

function nothingLeftOver(run: Run): string[] {
  const { resources, kept, troubled } = run.cloudFormation;
  const reports = errors(run, 'LEFT_BEHIND').map(({ message }) => String(message));
  return ATTACHED.flatMap(attached => attached.logicalIds.map(logicalId => [attached, logicalId] as const))
    .filter(([, logicalId]) => !kept.has(logicalId) && !troubled.has(logicalId))
    .filter(([, logicalId]) => !resources.get(logicalId)?.skipped && !resources.get(logicalId)?.halfway)
    .flatMap(([attached, logicalId]) => {
      const resource = resources.get(logicalId);
      return attached.leftovers(logicalId, resource ? [resource.declaration.declared] : [], run.emulator, run.attachedOthers.keys)
        .filter(({ names }) => !reports.some(report => names.every(name => report.includes(name))))
        .map(({ text }) => `${text} has no owner (${logicalId}), and is not reported`);
    });
}

function noKeyTakenAway(run: Run): string[] {
  return [
    ...executed(run, 'DeleteKey').map(({ keyArn }) => `DeleteKey of ${keyArn}`),
    ...executed(run, 'RemoveKeyReplicationRegions').flatMap(({ keyArn, input }) => {
      const added = executed(run, 'AddKeyReplicationRegions').filter(one => one.keyArn === keyArn).flatMap(one => (one.input as any).ReplicationRegions);
      return ((input as any).ReplicationRegions as string[]).filter(region => !added.includes(region)).map(region => `removal of ${region} from ${keyArn}`);
    }),
  ];
}

function factsHold(run: Run): string[] {
  return [...run.attachedOthers.facts.values()].filter(fact => !fact.holds()).map(({ text }) => `${text} of others is not as they left it`);
}

function attachedAsDeclared(run: Run): string[] {
  const answeredRequests = run.notebook.requests.filter(sent => sent.answer && !tookBackNothing(run, sent));
  return answeredRequests.flatMap(({ kind, requestId, logicalId, differencesAtAnswer = [] }) =>
    differencesAtAnswer.map(what => `${kind} of ${logicalId} (${requestId}) succeeded, but ${what}`));
}

/** What a run is about; an invariant without is for both. */
export type RunKind = 'keys' | 'attached';

/** Design section 3 says what must never happen; the numbers are its. */
export const INVARIANTS: Readonly<Record<string, { readonly section: string; readonly of?: RunKind; readonly check: Invariant }>> = {
  'no key without an owner, unless in doubt and reported': { section: '3.1', of: 'keys', check: noUnownedKey },
  'what is left behind is told before its Delete succeeds': { section: '3.8', check: toldBeforeDeleted },
  'what a request made in vain is rolled back by the next one': { section: '4', of: 'keys', check: unfinishedRolledBack },
  'a failed creation names its key': { section: '4', of: 'keys', check: failedCreationsNameTheirKey },
  'no key deleted without certainty': { section: '3.1', of: 'keys', check: noDeletionWithoutCertainty },
  'no key deleted that neither the ledger nor its tags call ours': { section: '3.1', of: 'keys', check: noForgottenKeyDeletedWithoutTags },
  'what a stack owns lives': { section: '3.1', of: 'keys', check: ownedKeysLive },
  'nothing done for what was given up, once that succeeded': { section: '3.1', check: nothingDoneTooLate },
  'at most one key per request': { section: '3.2', of: 'keys', check: oneCreationPerRequest },
  'every request answered in time': { section: '3.3', check: answeredInTime },
  'answers of at most 4,096 bytes': { section: '3.3', check: shortAnswers },
  'repeated answers the same to the byte': { section: '3.3', check: sameAnswers },
  'never an internal error': { section: '3.3', check: neverAnInternalError },
  'no time-out without a cause': { section: '3.3', check: timedOutForACause },
  'no more requests than the pace allows': { section: '4', check: keepsThePace },
  'success only when synchronized': { section: '3.4', of: 'keys', check: successOnlyWhenSynchronized },
  'no secret told': { section: '3.5', check: noSecretsTold },
  'no key and no wrapped key told': { section: '3.5', of: 'keys', check: noMaterialTold },
  'a wrapped key is read only to be imported': { section: '3.5', of: 'keys', check: readOnlyToBeImported },
  'wrapping keys stay': { section: '3.6', of: 'keys', check: wrappingKeysUntouched },
  'what is of others stays': { section: '3.6', of: 'keys', check: foreignUntouched },
  'state equals declaration after success': { section: '2', of: 'keys', check: stateEqualsDeclaration },
  'a key is replaced only when another one is asked for': { section: '2', of: 'keys', check: replacedOnlyWhenAsked },
  'the same declaration again changes nothing': { section: '2', check: sameAgainChangesNothing },
  'what was replaced may be declared again': { section: '4', of: 'keys', check: mayGoBack },
  'nothing attached without an owner, unless in doubt and reported': { section: '3.1', of: 'attached', check: nothingLeftOver },
  'no key deleted, nor any of its replicas but those that were added': { section: '3.1', of: 'attached', check: noKeyTakenAway },
  'what others attached stays': { section: '3.6', of: 'attached', check: factsHold },
  'what is attached equals its declaration after success': { section: '2', of: 'attached', check: attachedAsDeclared },
  'the emulator is sound': { section: '6', check: emulatorSound },
};

/** Every violation, with the name of its invariant. */
export function violations(run: Run, kind: RunKind): string[] {
  return Object.entries(INVARIANTS).filter(([, { of = kind }]) => of === kind).flatMap(([name, { section, check }]) => check(run).map(what => `${name} (design ${section}): ${what}`));
}
