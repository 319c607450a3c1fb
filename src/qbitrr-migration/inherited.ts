import type {LoadedConfig} from '#config/config.ts'

/** The older program wrote this file, or ran beside it. */
export function isInherited({config}: Pick<LoadedConfig, 'config'>, oldFolder: unknown): boolean {
  return oldFolder !== null || config.isInherited
}
