import type {LoadedConfig} from '#config/config.ts'

/** The older program wrote this file, or ran beside it: a file of its own has its version. */
export function isInherited({placeOf}: Pick<LoadedConfig, 'placeOf'>, oldFolder: unknown): boolean {
  return oldFolder !== null || placeOf(['Settings', 'ConfigVersion']) !== null
}
