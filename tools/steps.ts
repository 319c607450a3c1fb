/** Runs the project's own tools one after the other and says how each went. */
import {spawn} from 'node:child_process'
import {join} from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface Step {
  readonly name: string
  readonly command: readonly string[]
}

/** A tool that the install brought along. */
export function tool(name: string, bin: string, ...args: string[]): Step {
  return {name, command: [join(root, 'node_modules', '.bin', bin), ...args]}
}

/** Formatter, linter and compiler. */
export const staticChecks: readonly Step[] = [
  tool('types', 'tsc', '-p', '.'),
  tool('types of the pages', 'tsc', '-p', 'web'),
  tool('lint', 'oxlint', '--type-aware', '--deny-warnings', '.'),
  tool('format', 'prettier', '--check', '--log-level=warn', '.'),
  {name: 'how it is cut', command: [process.execPath, join(root, 'tools/measure.ts')]},
]

/**
 * @param said where its words go instead of the terminal
 * @returns exit code; 0 = good
 */
export function run(command: readonly string[], said?: (words: string) => void): Promise<number> {
  return new Promise((resolve) => {
    const [program, ...args] = command
    const out = said === undefined ? 'inherit' : 'pipe'
    const child = spawn(program!, args, {cwd: root, stdio: ['inherit', out, out]})
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (words: string) => said!(words))
    }
    const forward = (signal: NodeJS.Signals) => child.kill(signal)
    process.on('SIGINT', forward).on('SIGTERM', forward)
    child.once('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`)
      resolve(1)
    })
    // 'close' and not 'exit': what it said last has arrived then.
    child.once('close', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      resolve(code ?? 1)
    })
  })
}

/** Says what comes, runs it, says how it went. */
export async function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now()
  const good = (await run(step.command)) === 0
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${good ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`)
  return good
}
