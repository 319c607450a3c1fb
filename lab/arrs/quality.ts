/** Qualities as every app shows them. */
import type {Dialect} from './dialects.ts'

const video: Readonly<Record<number, {name: string; resolution: number}>> = {
  1: {name: 'SDTV', resolution: 480},
  3: {name: 'WEBDL-1080p', resolution: 1080},
  5: {name: 'WEBDL-720p', resolution: 720},
  7: {name: 'Bluray-1080p', resolution: 1080},
  18: {name: 'WEBDL-2160p', resolution: 2160},
}
const ranks = [1, 5, 3, 7, 18]

/** Worse first. */
export const qualityIds: readonly number[] = ranks

export function qualityOf({qualityDetails, qualityModifier, webSource, family}: Dialect, id: number): object {
  const known = video[id] ?? video[3]!
  if (!qualityDetails) return {id, name: family === 'books' ? 'EPUB' : 'FLAC'}
  return {
    id,
    name: known.name,
    source: webSource,
    resolution: known.resolution,
    ...(qualityModifier && {modifier: 'none'}),
  }
}

/** A quality with its revision. */
export function qualityModel(dialect: Dialect, id: number): object {
  return {quality: qualityOf(dialect, id), revision: {version: 1, real: 0, isRepack: false}}
}

/** Larger is better. */
export function rankOf(qualityId: number): number {
  return ranks.indexOf(qualityId)
}

/** Below what the profiles want at least: WEBDL-1080p. */
export function isBelowCutoff(qualityId: number): boolean {
  return rankOf(qualityId) < rankOf(CUTOFF)
}

export const CUTOFF = 3
