/** Runs the project's own tools and says how each went. */
import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {join} from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface Step {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A tool that the install brought along. */
export function tool(name: string, bin: string, ...args: string[]): Step {
  return {name, command: [join(root, 'node_modules', '.bin', bin), ...args]}
}

/** Compiler with linter, formatter, what nobody uses, and how the code is cut. */
export const staticChecks: readonly Step[] = [
  // Types are written in Go: memory is cleared less often there, which takes a quarter of the time away.
  {
    ...tool('types and lint', 'oxlint', '--type-aware', '--type-check', '--deny-warnings', '.'),
    env: {GOGC: '400'},
  },
  tool('format', 'oxfmt', '--check', '.'),
  tool('unused code', 'knip', '--no-config-hints'),
  {name: 'how it is cut', command: [process.execPath, join(root, 'tools/measure.ts')]},
]

/** @returns exit code; 0 = good. When this process is told to end meanwhile, it ends with that one. */
export function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve) => {
    const [program, ...args] = command
    const child = spawn(program!, args, {cwd: root, stdio: 'inherit', env: {...process.env, ...env}})
    let reported: NodeJS.Signals | null = null
    const forward = (signal: NodeJS.Signals) => child.kill((reported = signal))
    process.on('SIGINT', forward).on('SIGTERM', forward)
    child.once('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward)
      // Whoever ends this does not want the next one either.
      if (reported !== null) process.exit(128 + constants.signals[reported])
      resolve(code ?? 1)
    })
  })
}

/** Runs it and says how it went. */
export async function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now()
  const good = (await run(step.command, step.env)) === 0
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${good ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`)
  return good
}
