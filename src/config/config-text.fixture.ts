import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Environment, LoadedConfig} from './config.ts'
import {loadConfig} from './load.ts'

/** A file with this text, read as at the start; the file is gone afterwards. */
export async function configOf(text: string | Uint8Array, env: Environment = {}): Promise<LoadedConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-config-'))
  try {
    const path = join(folder, 'config.toml')
    writeFileSync(path, text)
    return await loadConfig({path, env, cwd: folder, root: folder})
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
