import {findingsExitCode, renderFindings} from '#config/render.ts'
import {loadConfig} from '#config/load.ts'
import type {StartOptions} from './arguments.ts'

/** `npm start -- check-config`: every finding with line and key. @returns the exit code */
export async function checkConfig(options: StartOptions): Promise<number> {
  const loaded = await loadConfig({path: options.config, env: process.env, cwd: process.cwd()})
  process.stdout.write(`${renderFindings(loaded, {color: options.color})}\n`)
  return findingsExitCode(loaded)
}
