/** What the commands on the database share: where it is, how they speak, and how they end. */
import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {KEY_VARIABLE, keyPath} from '#accounts/key-file.ts'
import type {Config, Environment, LoadedConfig} from '#config/config.ts'
import {loadConfig} from '#config/load.ts'
import {CommodarrError} from '#model/errors.ts'
import {backupFolder} from '#store/backups.ts'
import {holdsOurTables, nameOf, type Place} from '#store/transfer/places.ts'
import type {TableCount} from '#store/transfer/side.ts'
import {databasePlace, databaseUrl} from './database.ts'
import type {PlaceOptions} from './cli/arguments.ts'

export interface CommandPlace {
  readonly config: Config
  readonly dataFolder: string
  /** Of PostgreSQL; `null` = the embedded database. */
  readonly url: string | null
  readonly database: Place
  /** Folder for backups. */
  readonly backups: string
}

/** What a command may print: `print` is what it is for, `complain` why it failed. */
export interface Voice {
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

export const terminal: Voice = {
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
}

/**
 * Runs a command on the database that is where the start would look. It makes none, and no folder for one: what was
 * mistyped names neither.
 * @returns the exit code; 2 = there is no database, or what the command is about is unknown
 */
export async function onDatabase(
  options: PlaceOptions,
  voice: Voice,
  work: (place: CommandPlace) => Promise<number | void>,
): Promise<number> {
  return atPlace(options, voice, async (place) => {
    const lack = await whatLacks(place)
    if (lack === null) return work(place)
    voice.complain(
      `${lack} --data names the folder in which Commodarr keeps its data, --config the configuration beside it.`,
    )
    return 2
  })
}

/** `null` = all is there. */
async function whatLacks({database, dataFolder}: CommandPlace): Promise<string | null> {
  if ('path' in database) return existsSync(database.path) ? null : `There is no database in ${dataFolder}.`
  // The key that opens its secrets lies there, and who runs is seen there.
  if (!existsSync(dataFolder)) return `There is no data folder ${dataFolder}.`
  if (await holdsOurTables(database.url)) return null
  return `${nameOf(database)} is no database of Commodarr (DATABASE_URL).`
}

/** Runs a command where the start would look. @returns the exit code: what the command says, else 0, or 1 */
export async function atPlace(
  options: PlaceOptions,
  voice: Voice,
  work: (place: CommandPlace) => Promise<number | void>,
): Promise<number> {
  try {
    return (await work(await placeOfCommand(options))) ?? 0
  } catch (error) {
    if (!(error instanceof CommodarrError)) throw error
    voice.complain(error.message)
    return error.code.endsWith('_unknown') ? 2 : 1
  }
}

async function placeOfCommand({config, data}: PlaceOptions): Promise<CommandPlace> {
  const loaded = await loadFor({config, data}, process.env)
  // Another folder would be taken than the one that is meant.
  if (config !== undefined && loaded.path === null && data === undefined)
    throw new CommodarrError('config_invalid', `There is no configuration ${loaded.expectedPath}.`)
  const dataFolder = resolve(data ?? loaded.dataPath)
  const url = databaseUrl(process.env)
  const embedded = databasePlace({dataFolder, url: null}) as {path: string}
  return {
    config: loaded.config,
    dataFolder,
    url,
    database: databasePlace({dataFolder, url}),
    backups: backupFolder(embedded.path),
  }
}

/**
 * The configuration that is meant: the one that is named, else where it usually lies, else in the data folder that is
 * named.
 */
export async function loadFor({config, data}: PlaceOptions, env: Environment): Promise<LoadedConfig> {
  const load = (path: string | undefined) => loadConfig({path, env, cwd: process.cwd()})
  const loaded = await load(config)
  const isNamed = config !== undefined || (env['COMMODARR_CONFIG'] ?? '') !== ''
  if (loaded.path !== null || isNamed || data === undefined) return loaded
  const beside = resolve(data, 'config.toml')
  return existsSync(beside) ? load(beside) : loaded
}

/** Tables that hold something, and the sum. */
export function countLines(counts: readonly TableCount[]): string[] {
  const full = counts.filter(({rows}) => rows > 0)
  const width = Math.max(0, ...full.map(({table}) => table.length))
  const lines = full.map(({table, rows}) => `  ${table.padEnd(width)}  ${rows}`)
  const sum = counts.reduce((all, {rows}) => all + rows, 0)
  return [...lines, `  ${sum} rows in ${counts.length} tables`]
}

/** What no copy of the database has in it. */
export function keyLine(dataFolder: string): string {
  const isGiven = (process.env[KEY_VARIABLE] ?? '') !== ''
  const key = isGiven ? `the key in ${KEY_VARIABLE}` : keyPath(dataFolder)
  return `Passwords of servers in it are encrypted with ${key}, which is not in it: keep a copy of that elsewhere.`
}
