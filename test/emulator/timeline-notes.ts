import { RecentList } from './recent-list';

/** What somebody who drives the emulator says is happening: the chapter of a demo, the beginning of a deployment. */
export interface TimelineNote {
  readonly time: number;
  readonly text: string;
}

const MOST = 100;
export const LONGEST_NOTE = 200;

export class TimelineNotes extends RecentList<TimelineNote> {
  constructor() {
    super(MOST);
  }
}
