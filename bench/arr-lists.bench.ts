/**
 * What it costs the main thread to read the long lists of an Arr itself, and what it costs it when a thread reads them:
 * a queue of 2,000 rows, as its manager needs it, and a library of 50,000 films, of which a few are kept. The simulated
 * Arr lives here; what reads it is a process of its own, run as `npm start` runs the program.
 *
 * It decided docs/decisions/058. `stood` is the most that the main thread worked between two turns of its loop, `cpu` all that it worked for one list,
 * both in time of the processor, and the least of several readings: what is compiled and collected makes them worse.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {createArrSim} from '#lab/arrs/create.ts'
import {grab} from '#lab/arrs/grab.ts'
import type {ListReading, ReadLists} from './arr-lists-process.ts'
import {BenchProcess} from './bench-process.ts'
import type {Report} from './report.ts'

const FILMS = 50_000
const ROWS = 2_000

export async function run(report: Report): Promise<void> {
  const sim = await createArrSim({
    validation: null,
    instances: [
      {
        name: 'radarr',
        app: 'radarr',
        library: {items: FILMS},
        downloadClients: [{name: 'box', category: 'films'}],
      },
    ],
  })
  const {arr, url, apiKey} = sim.arr('radarr')
  for (let n = 0; n < ROWS; n++) {
    const title = `Film.${n}.2020.1080p.BluRay.x264-GROUP`
    await grab(arr, arr.releases.define({itemId: n + 1, title, life: {completeAfter: 86_400}}), 'Search')
  }
  arr.commands.post('RefreshMonitoredDownloads', {}, 'manual')
  while (arr.queue.size < ROWS) await delay(100)
  const reader = new BenchProcess<ReadLists>('arr-lists-process.ts')
  for (const where of ['main', 'thread'] as const) {
    for (const list of ['queue', 'library'] as const) {
      const {stood, cpu, processCpu} = await reader.ask<ListReading>({where, list, url, apiKey})
      report.figure(`arr-lists.${list}_in_${where}.stood`, stood, 'ms')
      report.figure(`arr-lists.${list}_in_${where}.cpu_of_main`, cpu, 'ms')
      report.figure(`arr-lists.${list}_in_${where}.cpu`, processCpu, 'ms')
    }
  }
  await reader.leave()
  await sim.close()
}
