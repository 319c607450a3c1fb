/** Releases as an interactive search shows them. Source: the Arrs' ReleaseResource. */
import type {Arr} from './arr.ts'
import {iso, type Speaking} from './asked.ts'
import {isFullSeason, type Decision} from './decisions.ts'
import {unitsOf} from './payloads.ts'
import {formatsOf, scoreOf} from './profiles.ts'
import {qualityModel, rankOf} from './quality.ts'
import type {Release} from './releases.ts'
import {formatResource, languages} from './rows-format.ts'

const MINUTE = 60_000

/** @param weight its place in the list: what the Arr itself would rather have comes first */
export function releaseResource(speaking: Speaking, {release, rejections}: Decision, weight: number): object {
  const {api, description} = speaking
  const isRejected = rejections.length > 0
  const isTemporary = isRejected && rejections.every((one) => one.isTemporary)
  const decision = {
    approved: !isRejected,
    temporarilyRejected: isTemporary,
    rejected: isRejected && !isTemporary,
  }
  const texts = rejections.map(({text}) => text)
  const row = {...releaseRow(speaking, release), ...decision, rejections: texts, releaseWeight: weight}
  if (api !== 'v5') return description.shown('ReleaseResource', row)
  const reasons = rejections.map(({text, code, isTemporary: isOf}) => ({
    message: text,
    reason: code,
    type: isOf ? 'temporary' : 'permanent',
  }))
  return description.shown('ReleaseResource', {
    ...row,
    parsedInfo: description.shown('ParsedEpisodeInfoResource', row),
    release: description.shown('ReleaseInfoResource', row),
    decision: {...decision, rejections: reasons},
  })
}

function releaseRow({arr, description}: Speaking, release: Release): object {
  const {dialect} = arr
  const minutes = (arr.time.now() - release.publishedAt) / MINUTE
  return {
    guid: release.guid,
    title: release.title,
    size: release.size,
    indexerId: release.indexerId,
    indexer: release.indexer,
    quality: qualityModel(dialect, release.qualityId),
    qualityWeight: (rankOf(release.qualityId) + 1) * 100 + 1,
    languages,
    customFormats: formatsOf(arr, release.title).map((one) => formatResource(description, one)),
    customFormatScore: scoreOf(arr, release.parentId, release),
    age: Math.floor(minutes / 1_440),
    ageHours: minutes / 60,
    ageMinutes: minutes,
    releaseGroup: 'SIM',
    releaseHash: '',
    sceneSource: false,
    seeders: release.seeders,
    leechers: 1,
    downloadAllowed: true,
    protocol: 'torrent',
    indexerFlags: dialect.family === 'movies' ? [] : 0,
    publishDate: iso(release.publishedAt),
    infoUrl: release.guid,
    downloadUrl: `${release.guid}/download?apikey=a-secret-of-the-indexer`,
    magnetUrl: null,
    infoHash: release.infoHash ? release.hash.toLowerCase() : null,
    ...ofMedia(arr, release),
  }
}

function ofMedia(arr: Arr, release: Release): object {
  const {library, dialect} = arr
  const parent = library.parent(release.parentId)
  if (parent === undefined) return {}
  const title = library.titleOf(parent)
  const units = unitsOf(arr, release.unitIds)
  if (dialect.family === 'movies') {
    return {movieTitles: [title], mappedMovieId: parent.id, tmdbId: 0, imdbId: 0, movieRequested: true}
  }
  if (dialect.family === 'music') return {artistName: title, albumTitle: library.unitTitle(units[0]!)}
  if (dialect.family === 'books') return {authorName: title, bookTitle: library.unitTitle(units[0]!)}
  const season = units[0]?.season ?? 0
  const isFull = isFullSeason(arr, release)
  const numbers = isFull ? [] : units.map(({number}) => number)
  const shown = units.map(({id, number, season: of}) => ({
    id,
    seasonNumber: of,
    episodeNumber: number,
    title: library.unitTitle(library.unit(id)!),
  }))
  return {
    fullSeason: isFull,
    seasonNumber: season,
    seriesTitle: title,
    episodeNumbers: numbers,
    absoluteEpisodeNumbers: [],
    mappedSeasonNumber: season,
    mappedEpisodeNumbers: units.map(({number}) => number),
    mappedAbsoluteEpisodeNumbers: [],
    mappedSeriesId: parent.id,
    mappedEpisodeInfo: shown,
    episodeRequested: true,
    tvdbId: 0,
    tvRageId: 0,
    isDaily: parent.seriesType === 'daily',
    isAbsoluteNumbering: false,
    isPossibleSpecialEpisode: false,
    special: false,
  }
}
