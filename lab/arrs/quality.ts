/** Qualities as every app shows them. */
import type {Dialect} from './dialects.ts'

const video: Readonly<Record<number, {name: string; resolution: number; source: 'web' | 'bluray' | 'tv'}>> = {
  1: {name: 'SDTV', resolution: 480, source: 'tv'},
  3: {name: 'WEBDL-1080p', resolution: 1080, source: 'web'},
  5: {name: 'WEBDL-720p', resolution: 720, source: 'web'},
  7: {name: 'Bluray-1080p', resolution: 1080, source: 'bluray'},
  18: {name: 'WEBDL-2160p', resolution: 2160, source: 'web'},
}
const ranks = [1, 5, 3, 7, 18]

/** Worse first. */
export const qualityIds: readonly number[] = ranks

/** As people read it: `WEBDL-1080p`. */
export function qualityName({qualityDetails, family}: Dialect, id: number): string {
  if (!qualityDetails) return family === 'books' ? 'EPUB' : 'FLAC'
  return (video[id] ?? video[3]!).name
}

export function qualityOf(dialect: Dialect, id: number): object {
  const {qualityDetails, qualityModifier, sources} = dialect
  const name = qualityName(dialect, id)
  if (!qualityDetails) return {id, name}
  const known = video[id] ?? video[3]!
  return {
    id,
    name,
    source: sources[known.source],
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
