/** Where the file lies, and where we may keep what is ours. */
import {existsSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import type {Environment, LoadOptions} from './config.ts'

const FILE_NAME = 'config.toml'

export interface ConfigPlace {
  /** The file that is there, or where it should be. */
  readonly path: string
  readonly exists: boolean
  /** Who asked for exactly this file (`--config`, a variable); `null` = found by looking around. */
  readonly askedBy: string | null
  /** Every file it was looked for in, most important first. */
  readonly lookedAt: readonly string[]
}

/**
 * The first of: `--config`, `COMMODARR_CONFIG` (each a file, or a folder with `config.toml` in it); the folder of
 * `QBITRR_OVERRIDES_DATA_PATH` when it exists; `/config` in a container, else `.config` below the current folder; the
 * current folder itself. Who asks for a file gets that one or none.
 */
export function findConfig({path, env, cwd, root = '/'}: LoadOptions): ConfigPlace {
  if (path !== undefined && path !== '') return asked(resolve(cwd, path), '--config')
  const named = env['COMMODARR_CONFIG'] ?? ''
  if (named !== '') return asked(resolve(cwd, named), 'COMMODARR_CONFIG')
  const folder = configFolder(env, cwd, root)
  const usual = join(folder, FILE_NAME)
  const beside = join(cwd, FILE_NAME)
  const found = [usual, beside].find((candidate) => existsSync(candidate))
  return {path: found ?? usual, exists: found !== undefined, askedBy: null, lookedAt: [usual, beside]}
}

function asked(path: string, askedBy: string): ConfigPlace {
  const file = isFolder(path) ? join(path, FILE_NAME) : path
  return {path: file, exists: existsSync(file), askedBy, lookedAt: [file]}
}

/** What cannot be looked at (links in a circle, no permission, a share that went away) is told when it is read. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false
  } catch {
    return false
  }
}

function configFolder(env: Environment, cwd: string, root: string): string {
  const inherited = env['QBITRR_OVERRIDES_DATA_PATH'] ?? ''
  if (inherited !== '' && existsSync(resolve(cwd, inherited))) return resolve(cwd, inherited)
  return isContainer(env, root) ? join(root, 'config') : join(cwd, '.config')
}

/** Docker or Podman, or an image of the predecessor that says so. */
export function isContainer(env: Environment, root = '/'): boolean {
  return (
    env['QBITRR_DOCKER_RUNNING'] === '69420' ||
    existsSync(join(root, '.dockerenv')) ||
    existsSync(join(root, 'run/.containerenv'))
  )
}

/** `COMMODARR_DATA`, else a folder of ours beside the configuration. */
export function dataFolder(configPath: string, env: Environment, cwd: string): string {
  const named = env['COMMODARR_DATA'] ?? ''
  return named === '' ? join(dirname(configPath), 'commodarr') : resolve(cwd, named)
}
