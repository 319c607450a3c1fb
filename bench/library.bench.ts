/**
 * What the library of an Arr costs: read for the first time in a thread, taken in by the main one, written into the
 * database, read back at a start, and listed. 50,000 films, and 5,000 series of which 60,000 of 500,000 episodes are wanted.
 * The simulated Arr lives here; what reads it is a process of its own, run as `npm start` runs the program.
 *
 * `stood` is the most that a thread worked between two turns of its loop, in time of the processor.
 */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createArrSim} from '#lab/arrs/create.ts'
import type {LibraryConfig} from '#lab/arrs/library.ts'
import {BenchProcess} from './bench-process.ts'
import type {LibraryReading, ReadLibrary} from './library-process.ts'
import type {Report} from './report.ts'

const libraries = [
  {name: 'films', app: 'radarr', library: {items: 50_000, files: 42_000}},
  {name: 'series', app: 'sonarr', library: {items: 5_000, unitsPerItem: 100, files: 440_000}},
] as const satisfies readonly {name: string; app: 'radarr' | 'sonarr'; library: LibraryConfig}[]

export async function run(report: Report): Promise<void> {
  for (const {name, app, library} of libraries) {
    const sim = await createArrSim({validation: null, instances: [{name: 'arr', app, library}]})
    const {url, apiKey} = sim.arr('arr')
    const folder = await mkdtemp(join(tmpdir(), 'commodarr-library-'))
    const program = new BenchProcess<ReadLibrary>('library-process.ts')
    const path = join(folder, 'library.db')
    const {rows, cpu, rssPeak, rssAfter, ...times} = await program.ask<LibraryReading>({url, apiKey, path})
    report.figure(`library.${name}.rows`, rows, '')
    report.figure(`library.${name}.cpu`, cpu, 'ms')
    report.figure(`library.${name}.rss_peak`, rssPeak, 'MB')
    report.figure(`library.${name}.rss_after`, rssAfter, 'MB')
    for (const [figure, ms] of Object.entries(times)) {
      report.figure(`library.${name}.${figure.replace(/[A-Z]/g, (it) => `_${it.toLowerCase()}`)}`, ms, 'ms')
    }
    await program.leave()
    await sim.close()
    await rm(folder, {recursive: true})
  }
}
