import { Task } from './agenda';
import { completeKeyDeletion } from './key-deletion';
import { expireMpaSession } from './multi-party-approval';
import { completeReplicaDeletion, takeReplicationStep } from './replication';
import { Service } from './service';

type Perform<K extends Task['kind']> = (service: Service, task: Task & { kind: K }, time: number) => void;

const PERFORM: { readonly [K in Task['kind']]: Perform<K> } = {
  'replication step': takeReplicationStep,
  'replica deletion': completeReplicaDeletion,
  'key deletion': completeKeyDeletion,
  'end of a session': expireMpaSession,
};

/** Does what is due, each task as of its own time. */
export function performDueTasks(service: Service, now: number): void {
  for (let entry = service.agenda.takeDue(now); entry !== undefined; entry = service.agenda.takeDue(now)) {
    (PERFORM[entry.task.kind] as Perform<Task['kind']>)(service, entry.task, entry.time);
  }
}
