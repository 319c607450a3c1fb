/** Qualities as every app shows them. */
import type {Dialect} from './dialects.ts'

interface Quality {
  readonly name: string
  readonly resolution: number
  readonly source: 'web' | 'bluray' | 'tv' | 'dvd'
}

/** Worse first, as the apps have them. */
const video: ReadonlyMap<number, Quality> = new Map([
  [1, {name: 'SDTV', resolution: 480, source: 'tv'}],
  [8, {name: 'WEBDL-480p', resolution: 480, source: 'web'}],
  [2, {name: 'DVD', resolution: 480, source: 'dvd'}],
  [4, {name: 'HDTV-720p', resolution: 720, source: 'tv'}],
  [5, {name: 'WEBDL-720p', resolution: 720, source: 'web'}],
  [6, {name: 'Bluray-720p', resolution: 720, source: 'bluray'}],
  [9, {name: 'HDTV-1080p', resolution: 1080, source: 'tv'}],
  [3, {name: 'WEBDL-1080p', resolution: 1080, source: 'web'}],
  [7, {name: 'Bluray-1080p', resolution: 1080, source: 'bluray'}],
  [18, {name: 'WEBDL-2160p', resolution: 2160, source: 'web'}],
  [19, {name: 'Bluray-2160p', resolution: 2160, source: 'bluray'}],
])
const ranks = [...video.keys()]
const usual = video.get(3)!

/** Worse first. */
export const qualityIds: readonly number[] = ranks

/** As people read it: `WEBDL-1080p`. */
export function qualityName({qualityDetails, family}: Dialect, id: number): string {
  if (!qualityDetails) return family === 'books' ? 'EPUB' : 'FLAC'
  return (video.get(id) ?? usual).name
}

/** With its revision, as it stands in sentences: `WEBDL-1080p v1`. */
export function revisionName(dialect: Dialect, id: number): string {
  return `${qualityName(dialect, id)} v1`
}

export function qualityOf(dialect: Dialect, id: number): object {
  const {qualityDetails, qualityModifier, sources} = dialect
  const name = qualityName(dialect, id)
  if (!qualityDetails) return {id, name}
  const known = video.get(id) ?? usual
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
