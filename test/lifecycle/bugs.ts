/** An exact replacement in a file of the provider. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const RECONCILERS = 'handler/reconcilers';
const KEY = `${RECONCILERS}/key`;
/** Deletes by what a key is called, which may be somebody else's name for theirs, or a retained key's. */
const DELETE_BY_LOGICAL_ID = 'for (const arn of await plane.findKeysByTags(task.owner.region, { [LOGICAL_ID_TAG]: task.owner.logicalId })) '
  + '{ await plane.deleteKey(arn, 7).catch(() => undefined); } return done;';

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** Bugs that the lifecycle tests must catch. Each is a mistake that somebody could make, or has made elsewhere. */
export const BUGS: Readonly<Record<string, readonly Edit[]>> = {
  'retries on for CreateKey': [
    edit('handler/control-plane/sdk.ts', 'maxAttempts: 1,', 'maxAttempts: 3,'),
  ],
  're-create after an unknown outcome': [
    edit(`${KEY}/creation.ts`, 'if (error instanceof ServiceFault && error.provesNotExecuted) { throw error; }', 'if (error instanceof ServiceFault) { throw error; }'),
  ],
  'ownership tags missing': [
    edit(`${KEY}/creation.ts`, '[REQUEST_ID_TAG]: owner.requestId,', ''),
  ],
  'physical id dropped from a FAILED Create': [
    edit('handler/ending.ts', 'if (memory.made) { return memory.made; }', ''),
  ],
  'new id in a FAILED Update': [
    edit('handler/ending.ts', 'if (request.PhysicalResourceId !== undefined) {', 'if (request.PhysicalResourceId !== undefined && !memory.made) {'),
  ],
  'delete by logical id': [
    edit(`${KEY}/reconciler.ts`, 'return { ...done, leftBehind: await possiblyLeftBehind(task.owner, plane) };', DELETE_BY_LOGICAL_ID),
  ],
  'replica removal forgotten': [
    edit(`${RECONCILERS}/replication.ts`, 'if (remove.length > 0) {', 'if (remove.length > 99) {'),
  ],
  '"false" read as true': [
    edit('contract/codec.ts', "if (raw === false || raw === 'false') { return false; }", "if (raw === false || raw === 'false') { return true; }"),
  ],
  'AccessDenied read as not found': [
    edit('handler/service-fault.ts', "AccessDeniedException: 'accessDenied',", "AccessDeniedException: 'notFound',"),
  ],
  'success while a Region is IN_PROGRESS': [
    edit(`${RECONCILERS}/replication.ts`, "if (regionsIn('SYNCHRONIZED', declared, key).length === declared.length) { return undefined; }", 'if (failing.length === 0) { return undefined; }'),
  ],
  'second answer different': [
    edit('handler/respond.ts', 'await deliver(state, state.answer!, ports);', 'await deliver(state, JSON.stringify({ ...JSON.parse(state.answer!), Reason: ports.now().toISOString() }), ports);'),
  ],
  'marker id deleted for real': [
    edit('handler/start.ts', ".kind === 'nothingCreated') {", ".kind === 'key' && Date.now() === 0) {"),
    edit(`${KEY}/reconciler.ts`, "case 'nothingCreated':\n      return done;", `case 'nothingCreated': ${DELETE_BY_LOGICAL_ID}`),
  ],
  'write-ahead mark after the call': [
    edit(`${KEY}/creation.ts`, 'if (!memory.outcomeUnknown) {', 'if (!memory.outcomeUnknown && task.interrupted) {'),
  ],
  'sibling not stopped': [
    edit('handler/superseding.ts', 'await executions.stop(', 'void ('),
  ],
  'own deadline ignored': [
    edit('handler/step.ts', 'if (now.getTime() >= Date.parse(state.deadline)) {', 'if (now.getTime() >= Date.parse(state.deadline) + 3_600_000) {'),
  ],
  'response URL logged': [
    edit('handler/start.ts', "ports.log.info('started',", 'ports.log.info(`started for ${to.ResponseURL}`,'),
  ],
  'answers of any length': [
    edit('handler/answer.ts', 'const MOST_BYTES = 4096;', 'const MOST_BYTES = 40960;'),
  ],
  'replicas of others removed': [
    edit(`${KEY}/region-ownership.ts`, 'givenByDefault || owned.includes(region)', 'givenByDefault || owned.length >= 0'),
  ],
  'the rollback of a replacement makes a third key': [
    edit(`${KEY}/reconciler.ts`, "[REPLACES_TAG] ?? '';", "[`${REPLACES_TAG}d`] ?? '';"),
  ],
  'what a failed update made is not undone': [
    edit(`${KEY}/reconciler.ts`, 'if (memory.made) {\n    const deletion', 'if (memory.made && task.physicalId !== undefined) { return done(memory); }\n  if (memory.made) {\n    const deletion'),
  ],
  'FAILED is taken for SYNCHRONIZED': [
    edit(`${RECONCILERS}/replication.ts`, 'if (stillFailing.length > 0) {', 'if (stillFailing.length > 0) { return undefined; }\n  if (stillFailing.length > 99) {'),
  ],
  'tags of replicas forgotten': [
    edit(`${KEY}/converge.ts`, 'replicas: hasTags(task) ?', 'replicas: hasTags(task) && changed && !changed ?'),
  ],
  'a taken alias is stolen': [
    edit(`${RECONCILERS}/regional-alias/next-step.ts`,
      "if (belongsTo !== wanted) { return { kind: 'refuse', reason: takenText(region, belongsTo, declared.AliasName, wanted) }; }",
      "if (belongsTo !== wanted) { return { kind: 'move' }; }"),
  ],
  'a delete takes an alias that others moved': [
    edit(`${RECONCILERS}/regional-alias/reconciler.ts`,
      'const ofTheKey = regions.filter(region => seen[region] === replicaArn(declared.KeyArn, region));', 'const ofTheKey = regions.filter(region => seen[region]);'),
  ],
  'what a failed alias made stays': [
    edit(`${RECONCILERS}/regional-alias/reconciler.ts`, 'const region = [...missing, ...Object.keys(moved)].find(', 'const region = Object.keys(moved).find('),
  ],
  'tags of others are overwritten': [
    edit(`${RECONCILERS}/regional-tags/plan.ts`, 'change: differing.filter(key => key in before),', 'change: differing,'),
    edit(`${RECONCILERS}/regional-tags/plan.ts`, 'taken: [...differing.filter(key => !(key in before)), ...', 'taken: [...'),
  ],
  'Regions are removed that the record does not name': [
    edit(`${RECONCILERS}/recorded-regions.ts`, 'differences.surplus.filter(region => owned.includes(region))', 'differences.surplus'),
  ],
  'the record is written after the call': [
    edit(`${RECONCILERS}/replication.ts`, 'if (record.length !== owned.length || record.some(region => !owned.includes(region))) {',
      'if (add.length === 0 && (record.length !== owned.length || record.some(region => !owned.includes(region)))) {'),
  ],
  'what a failed replication added stays': [
    edit(`${RECONCILERS}/recorded-regions.ts`, 'if (added.length === 0) { return done(holder, memory); }\n  if (lateLooks', 'if (added.length >= 0) { return done(holder, memory); }\n  if (lateLooks'),
  ],
  'an adopted key is deleted with its resource': [
    edit(`${RECONCILERS}/adopted-key/reconciler.ts`, 'await plane.untagKey(keyArn, [STACK_ID_TAG, LOGICAL_ID_TAG]);', 'await plane.deleteKey(keyArn, 7);'),
  ],
};
