/** The process of one bench: `bench/main.ts` forks it with the bench's file name and takes its figures. */
import type {Report} from './report.ts'

const name = process.argv[2]
if (name === undefined || process.send === undefined) throw new Error('started by bench/main.ts only')

const report: Report = {
  figure(figure, value, unit) {
    process.send?.({name: figure, value, unit})
  },
}
const bench = (await import(new URL(name, import.meta.url).href)) as {run(report: Report): Promise<void>}
await bench.run(report)
process.disconnect?.()
