/** An exact replacement in a file of the provider. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ANSWER = 'handler/cloudformation/answer.ts';
const CODEC = 'contract/codec.ts';
const FAULT = 'handler/control-plane/fault.ts';
const SERVICE = 'handler/aws/payment-cryptography.ts';

const CHARGE = 'handler/ledger/taking-charge.ts';
const CREATIONS = 'handler/ledger/creations.ts';
const COMMIT = 'handler/ledger/commit.ts';
const LIMITER = 'handler/quota/rate-limiter.ts';

const DEADLINES = 'handler/request/deadlines.ts';
const LAST_RESORT = 'handler/request/last-resort.ts';
const RESPOND = 'handler/request/respond.ts';
const START = 'handler/request/start.ts';
const STEP = 'handler/request/step.ts';
const TENURE = 'handler/request/tenure.ts';
const WRITE_AHEAD = 'handler/request/write-ahead.ts';

const RECONCILERS = 'handler/reconcilers';
const ADOPTION = `${RECONCILERS}/adopted-key/reconciler.ts`;
const ALIAS = `${RECONCILERS}/regional-alias.ts`;
const IDENTITY = `${RECONCILERS}/key/material/identity.ts`;
const KEY = `${RECONCILERS}/key/reconciler.ts`;
const MANAGED_KEY = `${RECONCILERS}/key/managed-key.ts`;
const OWNED_REGIONS = `${RECONCILERS}/owned-regions.ts`;
const PLAN = `${RECONCILERS}/key/plan.ts`;
const REPLICATION = `${RECONCILERS}/replication.ts`;
const TAGS = `${RECONCILERS}/regional-tags.ts`;

/** Deletes by what a key is called, which may be a key that was retained, or somebody else's. */
const DELETE_BY_LOGICAL_ID = 'for (const keyArn of await plane.findKeysByTags(task.owner.region, new Map([[LOGICAL_ID_TAG, task.owner.logicalId]]))) '
  + '{ await plane.intending(checkpoint).deleteKey(keyArn, 7); } return removed(task, checkpoint);';

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** By the rule of the ledger that they break. */
const OF_THE_LEDGER = {
  'L1: nothing is inherited': [
    edit(CHARGE, 'const inherited = current ? inheritance(current, request, reversal) : [];', 'const inherited: Inherited[] = [];'),
  ],
  'L1: the same request takes charge again': [
    edit(CHARGE, "if (current?.request.requestId === event.RequestId) { return { kind: 'repeated', item: current }; }", ''),
  ],
  'L2: an earlier request takes charge': [
    edit(CHARGE, 'if (current && isOvertaken(request, current.request)) {', 'if (current && isOvertaken(request, current.request) && !current) {'),
  ],
  'L2: a Delete comes before a Create of the same second': [
    edit(CHARGE, 'if (rank !== 0) { return rank < 0; }', 'if (rank !== 0) { return rank > 0; }'),
  ],
  'L3: a write of the same request is taken for its own': [
    edit(COMMIT, 'written.current?.writer === item.writer', 'written.current?.request.requestId === item.request.requestId'),
  ],
  'L3: a superseded request goes on': [
    edit(TENURE, 'await this.recordFacts(result.current, facts);', 'if (result.current) { this.current = result.current; return this.write(change, ofRecord); }'),
  ],
  'L4: a call is not marked': [
    edit(WRITE_AHEAD, 'checkpoint: intent, calls: [...record.calls, call], tickets', 'checkpoint: intent, calls: record.calls, tickets'),
  ],
  'L5: the SDK repeats CreateKey': [
    edit(SERVICE, 'maxAttempts: 1,', 'maxAttempts: 3,'),
  ],
  'L5: CreateKey of unknown outcome is called again': [
    edit(TENURE, "return outcome === 'unknown' ? [...others, { ...call, outcome }] : others;", 'return others;'),
  ],
  'L5: ImportKey of unknown outcome is called again': [
    edit(CREATIONS, "new Set(['CreateKey', 'ImportKey'])", "new Set(['CreateKey'])"),
  ],
  'L5: an open call is not waited for': [
    edit(STEP, 'const SECONDS_UNTIL_A_CALL_IS_SETTLED = 60;', 'const SECONDS_UNTIL_A_CALL_IS_SETTLED = 0;'),
  ],
  'L6: the second answer is different': [
    edit(RESPOND, 'await send(item, record, record.phase.body, ports);',
      'await send(item, record, JSON.stringify({ ...JSON.parse(record.phase.body), Reason: ports.now().toISOString() }), ports);'),
  ],
  'L6: a failed Create does not name what it made': [
    edit(STEP, 'request.physicalId ?? checkpoint.made ?? (isLost', 'request.physicalId ?? (isLost'),
  ],
  'L6: a failed Update names what it made': [
    edit(STEP, 'request.physicalId ?? checkpoint.made ?? (isLost', 'checkpoint.made ?? request.physicalId ?? (isLost'),
  ],
  'L7: an answer that was not delivered counts as taken': [
    edit(CHARGE, 'const missed = phase.deliveredAt === undefined', "const missed = phase.deliveredAt === ''"),
  ],
  'L7: what is left behind is told to nobody': [
    edit(STEP, 'return reported !== undefined && !request.wasTold', 'return reported !== undefined && request.wasTold'),
  ],
  'L8: a replaced key that is being deleted comes back': [
    edit(CHARGE, '&& isFresh && !isPredecessorDeleted', '&& isFresh'),
    edit(KEY, "seen.kind === 'absent' || isDeleted(seen.key) ||", "seen.kind === 'absent' ||"),
  ],
  'L8: the rollback of a replacement makes a third key': [
    edit(STEP, '...former !== undefined && former !== physicalId ? { predecessor: { physicalId: former, digest: properties.digests.former } } : {},', ''),
  ],
  'L9: no second execution': [
    edit(START, 'const name = executionName(item, number);', 'const name = executionName(item, Math.min(number, 1));'),
  ],
  'L9: a fault that passes is final at once': [
    edit(START, 'if (mayPass && !isLate(sent, ports)) { throw error; }', ''),
  ],
  'L10: the last resort does not answer': [
    edit(LAST_RESORT, 'await endWithoutExecution(item, request, `', 'void (item.id, request, `'),
  ],
  'L10: what the ended execution left is not inherited': [
    edit(LAST_RESORT, 'isFinished: false,', 'isFinished: true,'),
  ],
  'L11: a key that others took over is deleted': [
    edit(KEY, "leftBehind: ownership.kind === 'anothers'", "leftBehind: ownership.kind === 'anothers' && tags === undefined"),
  ],
  'L12: nobody slows down': [
    edit(LIMITER, 'const anchor = await table.anchor(ticket.region, anchorAtSlowerPace(ticket.number, before, at, pacing));', 'const anchor = before;'),
  ],
  'L12: a request does not wait for its place': [
    edit(WRITE_AHEAD, 'const seconds = (place.dueAt - this.around.now().getTime()) / 1000;', 'const seconds = 0;'),
  ],
};

/** By where they are. */
const OF_A_ROOM = {
  'contract: "false" is read as true': [
    edit(CODEC, "if (raw === false || raw === 'false') { return false; }", "if (raw === false || raw === 'false') { return true; }"),
  ],
  'control plane: AccessDenied is read as not found': [
    edit(FAULT, "['AccessDeniedException', 'accessDenied'],", "['AccessDeniedException', 'notFound'],"),
  ],
  'cloudformation: answers are of any length': [
    edit(ANSWER, 'const MOST_BYTES = 4096;', 'const MOST_BYTES = 40960;'),
  ],
  'request: the deadline is later than CloudFormation\'s': [
    edit(DEADLINES, 'return new Date(sent.getTime() + (minutes + EXTRA_MINUTES) * MINUTE_MS);', 'return new Date(sent.getTime() + (minutes + 60) * MINUTE_MS);'),
  ],
  'request: the response URL is logged': [
    edit(START, "ports.log.info('started',", 'ports.log.info(`started for ${item.request.responseUrl}`,'),
  ],

  'key: the tag of the request is missing': [
    edit(KEY, '      [REQUEST_ID_TAG, owner.requestId],\n', ''),
  ],
  'key: an id that CloudFormation made up deletes what the tag index finds': [
    edit(STEP, "case 'invented': return isKnown;", "case 'invented': return false;"),
    edit(KEY, "case 'invented': return removed(task, checkpoint, task.isKnown ? undefined : await keysOfResource(task, plane));", `case 'invented': ${DELETE_BY_LOGICAL_ID}`),
  ],
  'key: an id that says that nothing was made deletes what the tag index finds': [
    edit(STEP, "case 'nothingCreated': return true;", "case 'nothingCreated': return false;"),
    edit(KEY, "case 'nothingCreated': return removed(task, checkpoint);", `case 'nothingCreated': ${DELETE_BY_LOGICAL_ID}`),
  ],
  'key: what a failed update made stays': [
    edit(KEY, 'if (made !== undefined) {\n    const foreign', 'if (made !== undefined && task.physicalId === undefined) {\n    const foreign'),
  ],
  'key: replicas of others are removed': [
    edit(PLAN, 'givenByDefault ? surplus : known.owned.regions;', 'surplus;'),
  ],
  'key: the tags of replicas are forgotten': [
    edit(MANAGED_KEY, "left: hasTags(task) ? regionsIn('SYNCHRONIZED',", "left: !hasTags(task) ? regionsIn('SYNCHRONIZED',"),
  ],

  'import: the wrapped key is read on every update': [
    edit(KEY, 'const differences = [...traitDifferences(seen.key, declared),',
      'if (declared.Material) { await readMaterial(declared.Material, declared, plane, now); }\n  const differences = [...traitDifferences(seen.key, declared),'),
  ],
  'import: the expected check value is not compared': [
    edit(PLAN, 'const reason = checkValueProblem(declared, observed.key) ?? ', 'const reason = '),
  ],
  'import: another version is no other key': [
    edit(IDENTITY, 'Object.entries(material.WrappedKey).sort()', "Object.entries(material.WrappedKey).filter(([name]) => !name.startsWith('Version')).sort()"),
  ],
  'import: another wrapping key is another key': [
    edit(IDENTITY, 'Object.entries(material.WrappedKey).sort()', 'Object.entries({ ...material, ...material.WrappedKey }).sort()'),
  ],
  'import: what a failed request imported stays': [
    edit(KEY, 'if (made !== undefined) {\n    const foreign', 'if (made !== undefined && !declared.Material) {\n    const foreign'),
  ],
  'import: the wrapped key is kept for the next turn': [
    edit(KEY, "plane.intending({ phase: 'creating', forsaken }).importKey(region,", "plane.intending({ phase: 'creating', material: read.value } as CreationCheckpoint).importKey(region,"),
  ],

  'adoption: the key is deleted with its resource': [
    edit(ADOPTION, 'await plane.intending(checkpoint).untagKey(keyArn, [STACK_ID_TAG, LOGICAL_ID_TAG]);', 'await plane.intending(checkpoint).deleteKey(keyArn, 7);'),
  ],

  'replication: a Region that is not declared any more stays': [
    edit(REPLICATION, 'if (remove.length > 0) { return removal(remove, work, now); }', ''),
  ],
  'replication: IN_PROGRESS is taken for SYNCHRONIZED': [
    edit(REPLICATION, "if (regionsIn('SYNCHRONIZED', declared, key).length === declared.length) {", 'if (failing.length === 0) {'),
  ],
  'replication: FAILED is taken for SYNCHRONIZED': [
    edit(REPLICATION, "return { kind: 'failed', reason: failureText(failing, key, work) };", "return { kind: 'synchronized' };"),
  ],
  'replication: a Region is ours only after the call that adds it': [
    edit(REPLICATION, "return { kind: 'add', regions, intent: after,", "return { kind: 'add', regions, intent: { ...after, owned: work.owned },"),
  ],
  'replication: Regions are removed that the ledger does not name': [
    edit(OWNED_REGIONS, 'removable: known.owned.regions,', 'removable: present.replication.map(({ region }) => region),'),
  ],
  'replication: what a failed request added stays': [
    edit(OWNED_REGIONS, 'removeRegions(holder, addedRegions(checkpoint), task,', 'removeRegions(holder, [], task,'),
  ],

  'alias: one that is taken is stolen': [
    edit(ALIAS, 'if (target !== wanted) { return refusal(takenText(region, target, task, wanted, owner)); }', "if (target !== wanted) { return { steps: [{ kind: 'move', to: wanted }] }; }"),
  ],
  'alias: a Delete takes one that others moved': [
    edit(ALIAS, 'if (target !== replicaArn(KeyArn, region)) { return { steps: [], notes: [elsewhereText(region, target, AliasName)] }; }', ''),
  ],
  'alias: what a failed request made stays': [
    edit(ALIAS, "if (!made.some(({ kind }) => kind === 'create')) { return NOTHING; }", 'if (from === undefined) { return NOTHING; }'),
  ],

  'tags: those of others are overwritten': [
    edit(TAGS, 'const added = [...wanted.keys()].filter(key => !live.has(key));',
      'const added = [...wanted.keys()].filter(key => live.get(key) !== wanted.get(key) && !before.has(key));'),
    edit(TAGS, 'const taken = [...differing.filter(key => !changed.includes(key)), ...', 'const taken = [...'),
  ],
};

/** Bugs that the lifecycle tests must catch: those that break a rule of the ledger, and others. Each is a mistake that somebody could make. */
export const BUGS: Readonly<Record<string, readonly Edit[]>> = { ...OF_THE_LEDGER, ...OF_A_ROOM };
