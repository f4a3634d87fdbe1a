import { Declaration, PolicyName, POLICIES } from './declarations';
import { Sent } from './notebook';
import { Post } from './post';
import { Variants } from './variants';

/** A resource as CloudFormation knows it. */
export interface Resource {
  readonly physicalId: string;
  readonly declaration: Declaration;
  /** Its rollback was skipped: it may be anything between two declarations. */
  readonly skipped?: boolean;
  /** An update of it failed, and was not reversed: it may have some of that, for good. */
  readonly halfway?: boolean;
}

/** What a deployment does with one resource: brings it to a declaration, or takes it out of the template. */
export interface Change {
  readonly logicalId: string;
  readonly to: Declaration | undefined;
  readonly replaces?: boolean;
}

interface Deletion {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly declaration: Declaration;
}

/** CloudFormation gives a clean-up up after three tries (User Guide: update failures); people do so too. */
const MOST_TRIES = 3;

/**
 * CloudFormation, as far as a custom resource can tell. What is documented or reported stands beside the line;
 * where reports differ, the run's variants choose.
 */
export class CloudFormation {
  readonly resources = new Map<string, Resource>();
  /** Physical ids that a policy keeps although no stack owns them any more. */
  readonly retained = new Set<string>();
  /** Logical ids of which a policy keeps something. */
  readonly kept = new Set<string>();
  /** Requests without an answer whose resource a policy keeps, whatever they made. */
  readonly retainedRequests = new Set<string>();
  /** Physical ids that could not be deleted, as DELETE_FAILED told. */
  readonly abandoned = new Set<string>();
  /** Resources of which a deletion or a rollback failed for good, as DELETE_FAILED or UPDATE_ROLLBACK_FAILED told. */
  readonly troubled = new Set<string>();

  constructor(readonly post: Post, private readonly variants: Variants['cloudFormation']) {}

  /** Creates, updates and deletes. Rolls back when a request fails, or another resource of the stack after some seconds. */
  async deploy(changes: readonly Change[], othersFailAfter?: number): Promise<void> {
    const pending = changes.filter(({ to }) => to !== undefined).map(change => this.begin(change));
    let othersFailed = false;
    if (othersFailAfter !== undefined) { this.post.later(othersFailAfter, () => { othersFailed = true; }); }
    const failed = () => othersFailed || pending.some(sent => sent.givenUp || sent.answer?.Status === 'FAILED');
    await this.post.until(() => failed() || (othersFailAfter === undefined && pending.every(isOver)));
    if (!failed()) {
      const replaced = pending.flatMap(sent => this.commit(sent));
      const removed = changes.filter(({ to, logicalId }) => to === undefined && this.resources.has(logicalId))
        .flatMap(({ logicalId }) => this.remove(logicalId));
      await this.delete([...replaced, ...removed]);
      return;
    }
    // Creation in progress is cancelled when a sibling fails (User Guide: stack events, "Resource creation cancelled").
    if (this.variants.inProgressWhenOthersFail === 'cancelled') {
      pending.filter(sent => !isOver(sent)).forEach(sent => { sent.givenUp = 'cancelled'; });
    }
    await this.post.until(() => pending.every(isOver));
    await Promise.all([
      this.deleteCreated(pending.filter(({ previous }) => previous === undefined)),
      this.reverse(pending.filter(({ previous }) => previous !== undefined)),
    ]);
  }

  /** Deletes the stack. */
  async deleteStack(): Promise<void> {
    await this.delete([...this.resources.keys()].flatMap(logicalId => this.remove(logicalId)));
  }

  /** An update that changes nothing that is declared, as CloudFormation sends it when only ServiceTimeout differs. */
  async sendAgain(logicalId: string): Promise<Sent> {
    const { physicalId, declaration } = this.resources.get(logicalId)!;
    const sent = this.post.send('Update', logicalId, declaration, physicalId, declaration);
    await this.post.until(() => isOver(sent));
    return sent;
  }

  private begin({ logicalId, to, replaces }: Change): Sent {
    const existing = this.resources.get(logicalId);
    if (!existing) { return this.post.send('Create', logicalId, to!); }
    const sent = this.post.send(replaces ? 'Replacement' : 'Update', logicalId, to!, existing.physicalId, existing.declaration);
    sent.fromHalfway = existing.skipped || existing.halfway;
    return sent;
  }

  /** Takes the answer over; what an update replaced is to be deleted afterwards (User Guide: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS). */
  private commit(sent: Sent): Deletion[] {
    const { logicalId, declaration, previous } = sent;
    const former = this.resources.get(logicalId);
    const physicalId = sent.answer!.PhysicalResourceId;
    this.resources.set(logicalId, { physicalId, declaration, halfway: former?.halfway && former.physicalId === physicalId });
    if (!former || former.physicalId === sent.answer!.PhysicalResourceId) { return []; }
    return this.unlessRetained('replace', declaration.policy, { logicalId, physicalId: former.physicalId, declaration: previous! });
  }

  private remove(logicalId: string): Deletion[] {
    const { physicalId, declaration } = this.resources.get(logicalId)!;
    this.resources.delete(logicalId);
    return this.unlessRetained('deletion', declaration.policy, { logicalId, physicalId, declaration });
  }

  private unlessRetained(which: 'deletion' | 'replace', policy: PolicyName, deletion: Deletion): Deletion[] {
    if (POLICIES[policy][which] === 'Delete') { return [deletion]; }
    this.retained.add(deletion.physicalId);
    this.kept.add(deletion.logicalId);
    return [];
  }

  /** RetainExceptOnCreate does not keep what the operation created that is rolled back; Retain does (User Guide: DeletionPolicy). */
  private async deleteCreated(created: readonly Sent[]): Promise<void> {
    const kept = (sent: Sent) => POLICIES[sent.declaration.policy].deletion === 'Retain';
    for (const sent of created.filter(kept)) {
      this.kept.add(sent.logicalId);
      if (sent.answer?.Status === 'SUCCESS') { this.retained.add(sent.answer.PhysicalResourceId); }
      if (!sent.answer) { this.retainedRequests.add(sent.requestId); }
    }
    await this.delete(created.filter(sent => !kept(sent)).map(({ logicalId, declaration, answer }) => ({
      logicalId,
      declaration,
      // Without an answer the id is CloudFormation's invention (Provider framework README; cloudformation-coverage-roadmap#1814).
      physicalId: answer?.PhysicalResourceId ?? `payments-${logicalId}-1A2B3C4D5E6F`,
    })));
  }

  private async reverse(updated: readonly Sent[]): Promise<void> {
    const deletions = await Promise.all(updated.map(sent => this.reverseOne(sent)));
    await this.delete(deletions.flat());
  }

  private async reverseOne(sent: Sent): Promise<Deletion[]> {
    const { logicalId, declaration, previous, answer } = sent;
    const { physicalId: oldId, skipped, halfway } = this.resources.get(logicalId)!;
    const newId = answer?.PhysicalResourceId ?? oldId;
    if (answer?.Status === 'SUCCESS' && newId !== oldId) { return this.reverseReplacement(sent, oldId, newId); }
    const after: Deletion[] = [];
    let id = oldId;
    if (answer?.Status === 'FAILED' && newId !== oldId) {
      if (this.variants.changedIdOfFailedUpdate === 'adopted') { id = newId; }
      if (this.variants.changedIdOfFailedUpdate === 'deleted') { after.push({ logicalId, physicalId: newId, declaration }); }
    }
    if (answer?.Status === 'FAILED' && this.variants.reverseOfFailedUpdate === 'left out') {
      this.resources.set(logicalId, { physicalId: id, declaration: previous!, skipped, halfway: true });
      return after;
    }
    const settled = await this.sendReverse(logicalId, previous!, id, declaration);
    this.resources.set(logicalId, { physicalId: settled ?? id, declaration: previous!, skipped: settled === undefined, halfway });
    // Another id in the answer is another resource, in a rollback too: the former one is cleaned up (User Guide: custom resource response objects, PhysicalResourceId).
    const former = settled !== undefined && settled !== id ? this.unlessRetained('replace', previous!.policy, { logicalId, physicalId: id, declaration }) : [];
    return [...after, ...former];
  }

  private async reverseReplacement({ logicalId, declaration, previous }: Sent, oldId: string, newId: string): Promise<Deletion[]> {
    const how = this.variants.reverseOfReplacement;
    const settled = how === 'left out'
      ? oldId
      : await this.sendReverse(logicalId, previous!, how === 'names the new id' ? newId : oldId, declaration);
    if (settled === undefined) {
      // ContinueUpdateRollback with ResourcesToSkip: CloudFormation forgets the former one, as the FAILED answers told.
      this.resources.set(logicalId, { physicalId: newId, declaration: previous!, skipped: true });
      this.abandoned.add(oldId);
      return [];
    }
    this.resources.set(logicalId, { physicalId: settled, declaration: previous! });
    if (settled === newId) { return []; }
    const newCopy = { logicalId, physicalId: newId, declaration };
    if (POLICIES[declaration.policy].replace === 'Delete' || this.variants.newCopyOfReversedReplacement === 'deleted') { return [newCopy]; }
    this.retained.add(newId);
    this.kept.add(logicalId);
    return [];
  }

  /** The id that the reversed update answered with; nothing when it was given up (User Guide: continue rolling back an update). */
  private async sendReverse(logicalId: string, to: Declaration, physicalId: string, from: Declaration): Promise<string | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const sent = this.post.send('Reverse update', logicalId, to, physicalId, from);
      const former = this.resources.get(logicalId)!;
      sent.fromHalfway = former.skipped || former.halfway;
      await this.post.until(() => isOver(sent));
      if (sent.answer?.Status === 'SUCCESS') { return sent.answer.PhysicalResourceId; }
    }
    this.troubled.add(logicalId);
    return undefined;
  }

  private async delete(deletions: readonly Deletion[], tries = 1): Promise<void> {
    const begun = deletions.map(deletion => {
      const { logicalId, physicalId, declaration } = deletion;
      return { deletion, sent: this.post.send(deleteKind(physicalId), logicalId, declaration, physicalId) };
    });
    await this.post.until(() => begun.every(({ sent }) => isOver(sent)));
    const left = begun.filter(({ sent }) => sent.answer?.Status !== 'SUCCESS').map(({ deletion }) => deletion);
    if (left.length > 0 && tries < MOST_TRIES) { return this.delete(left, tries + 1); }
    left.forEach(({ physicalId, logicalId }) => {
      this.abandoned.add(physicalId);
      this.troubled.add(logicalId);
    });
  }
}

export function isOver({ answer, givenUp }: Sent): boolean {
  return answer !== undefined || givenUp !== undefined;
}

function deleteKind(physicalId: string): 'Delete' | 'Delete of an invented id' | 'Delete of a marker' {
  if (/^(nothing-created|outcome-unknown)\//.test(physicalId)) { return 'Delete of a marker'; }
  return physicalId.startsWith('payments-') ? 'Delete of an invented id' : 'Delete';
}
