/**
 * Where the older program kept what is its own: `qBitManager` beside its configuration, with one database for all of
 * its Arrs (`qbitrr.db`), or, before, one for each and one for torrents. Source: qBitrr.
 */
import {readdir, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {LoadedConfig} from '#config/config.ts'
import type {Bytes, EpochMs} from '#model/units.ts'

const FOLDER = 'qBitManager'
/** Once it is there, the others are leftovers of before: what they say of torrents is no longer so. */
const COMMON = 'qbitrr.db'

export interface OldDatabase {
  readonly path: string
  readonly bytes: Bytes
  readonly modifiedAt: EpochMs
}

export interface OldFolder {
  readonly path: string
  /** By name. */
  readonly databases: readonly OldDatabase[]
}

/** @returns `null` = the older program never ran here @throws {Error} of the file system */
export async function findOldFolder({
  expectedPath,
  lookedAt,
}: Pick<LoadedConfig, 'expectedPath' | 'lookedAt'>): Promise<OldFolder | null> {
  for (const beside of new Set([expectedPath, ...lookedAt].map((path) => dirname(path)))) {
    const path = join(beside, FOLDER)
    const names = await readdir(path).catch(notThere)
    if (names !== null) return {path, databases: await databasesIn(path, names)}
  }
  return null
}

async function databasesIn(folder: string, names: readonly string[]): Promise<readonly OldDatabase[]> {
  const all = names.filter((name) => name.endsWith('.db')).sort()
  const databases: OldDatabase[] = []
  for (const name of all.includes(COMMON) ? [COMMON] : all) {
    const path = join(folder, name)
    const {size, mtimeMs} = await stat(path)
    if (size > 0) databases.push({path, bytes: size, modifiedAt: Math.floor(mtimeMs)})
  }
  return databases
}

function notThere(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** The older program wrote this file, or ran beside it. */
export function isInherited({config}: Pick<LoadedConfig, 'config'>, folder: OldFolder | null): boolean {
  return folder !== null || config.isInherited
}
