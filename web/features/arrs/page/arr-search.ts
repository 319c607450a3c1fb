/** What the address of the page of an Arr says. Read with every page, so it knows no more than how its parts are written. */
import type {QueueStage} from '../queue/queue-lines.ts'

interface ArrSearch {
  /** Which downloads of its queue; absent = all. */
  readonly stage?: QueueStage
}

const stages: {readonly [S in QueueStage]: S} = {
  grabbed: 'grabbed',
  downloading: 'downloading',
  stalled: 'stalled',
  checking: 'checking',
  importing: 'importing',
  waiting: 'waiting',
}

export function readArrSearch({stage}: Readonly<Record<string, unknown>>): ArrSearch {
  const known = Object.values(stages).find((it) => it === stage)
  return known === undefined ? {} : {stage: known}
}
