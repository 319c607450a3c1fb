/** The work of the thread for requests, in this one: for tests on a clock of their own. What goes between is copied. */
import {TimeSlice} from '#lib/time-slice.ts'
import {TorrentFileReader} from '#request-work/readers.ts'
import type {RequestReader} from '#request-work/request-work.ts'
import {tasks, type RequestTasks, type TaskName} from '#request-work/tasks.ts'

export const insideWork: RequestReader = {
  async run<N extends TaskName>(
    name: N,
    asked: RequestTasks[N]['asked'],
  ): Promise<RequestTasks[N]['answer']> {
    const task = tasks[name] as (asked: RequestTasks[N]['asked']) => Promise<RequestTasks[N]['answer']>
    return structuredClone(await task(structuredClone(asked)))
  },
}

export const insideMetainfo = new TorrentFileReader(insideWork, new TimeSlice())
