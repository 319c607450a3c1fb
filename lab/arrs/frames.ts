/**
 * What is told of media on the live channel: names, how often, and in which order. Source: Radarr 6.1, Sonarr 4 and 5, as
 * recorded.
 */
import type {Arr} from './arr.ts'
import {speaking} from './asked.ts'
import type {Family} from './dialects.ts'
import type {MediaFile, Parent, Unit} from './library.ts'
import {fileResource, parentResource, unitResource} from './rows-library.ts'

/** Lists of what is wanted are told of every item, whether or not it is in them; episodes twice. */
const names: Readonly<Record<Family, readonly string[]>> = {
  movies: ['wanted/cutoff', 'wanted/missing', 'movie'],
  series: ['wanted/cutoff', 'wanted/missing', 'episode', 'episode'],
  music: ['album'],
  books: ['book'],
}

/** A release for it was handed to a torrent server. */
export function reportGrabbed(arr: Arr, unit: Unit): void {
  reportUnit(arr, unit, {grabbed: true})
}

export function reportImported(arr: Arr, file: MediaFile, unit: Unit): void {
  const {family, filePath} = arr.dialect
  const reportFile = (): void =>
    arr.live.send(filePath, 'updated', (version) => fileResource(speaking(arr, version), file))
  if (family !== 'series') reportFile()
  reportUnit(arr, unit)
  if (family !== 'series') return
  reportFile()
  reportParent(arr, arr.library.parent(unit.parentId)!)
  reportUnit(arr, unit)
}

/** All but its id is as if nobody had ever filled it in. Of a film it is told in the midst of its other messages. */
export function reportFileGone(arr: Arr, file: MediaFile, units: readonly Unit[]): void {
  const {family, filePath, parentKey} = arr.dialect
  const blank = {size: 0, dateAdded: '0001-01-01T00:00:00Z', qualityCutoffNotMet: false}
  const reportFile = (): void =>
    arr.live.send(filePath, 'deleted', () => ({[parentKey]: 0, ...blank, id: file.id}))
  if (family === 'movies') {
    for (const unit of units) {
      reportAs('movie', arr, unit)
      reportAs('wanted/cutoff', arr, unit)
      reportAs('wanted/missing', arr, unit)
      reportFile()
      reportAs('movie', arr, unit)
    }
    return
  }
  for (const unit of units) reportUnit(arr, unit)
  reportFile()
}

function reportUnit(arr: Arr, unit: Unit, more: object = {}): void {
  for (const name of names[arr.dialect.family]) reportAs(name, arr, unit, more)
}

function reportAs(name: string, arr: Arr, unit: Unit, more: object = {}): void {
  arr.live.send(name, 'updated', (version) => ({...unitResource(speaking(arr, version), unit), ...more}))
}

export function reportParent(arr: Arr, parent: Parent): void {
  arr.live.send(arr.dialect.parentPath, 'updated', (version) =>
    parentResource(speaking(arr, version), parent),
  )
}

export function reportParentGone(arr: Arr, {id}: Parent): void {
  const blank = {qualityProfileId: 0, monitored: true, added: '0001-01-01T00:00:00Z'}
  arr.live.send(arr.dialect.parentPath, 'deleted', () => ({...blank, id}))
}
