/**
 * `npm run bench`: runs every `bench/*.bench.ts`, each in a process of its own, one after the other. On stdout one JSON
 * line per figure, on stderr what missed its target. Exits with 1 when something missed or broke.
 *
 *   npm run bench -- sync     only the benches whose name contains one of these words
 */
import {fork} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {evaluated, missed, readBudgets, type Figure} from './report.ts'

const budgets = readBudgets()
const words = process.argv.slice(2)
const benches = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
const figures: Figure[] = []
const broken: string[] = []

for (const bench of benches) {
  console.error(`${bench} …`)
  if ((await runBench(bench)) !== 0) broken.push(bench)
}
summarise()

/** @returns the exit code of its process */
function runBench(name: string): Promise<number | null> {
  const child = fork(fileURLToPath(new URL('run-one.ts', import.meta.url)), [name], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (message) => {
    const {name: figureName, value, unit} = message as Pick<Figure, 'name' | 'value' | 'unit'>
    const figure = evaluated(figureName, value, unit, budgets[figureName])
    figures.push(figure)
    console.log(JSON.stringify(figure))
  })
  return new Promise((resolve) => child.once('exit', resolve))
}

function summarise(): void {
  const late = figures.filter(missed)
  for (const {name, value, unit, target, better} of late) {
    console.error(
      `MISSED ${name}: ${value} ${unit}, target ${better === 'lower' ? 'at most' : 'at least'} ${target}`,
    )
  }
  for (const name of broken) console.error(`BROKEN ${name}: it ended with an error, see above`)
  const evaluatedFigures = figures.filter((figure) => figure.target !== null)
  console.error(`${evaluatedFigures.length - late.length} of ${evaluatedFigures.length} targets reached.`)
  process.exitCode = late.length + broken.length > 0 ? 1 : 0
}
