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
export function tellGrabbed(arr: Arr, unit: Unit): void {
  tellUnit(arr, unit, {grabbed: true})
}

export function tellImported(arr: Arr, file: MediaFile, unit: Unit): void {
  const {family, filePath} = arr.dialect
  const tellFile = (): void =>
    arr.live.tell(filePath, 'updated', (version) => fileResource(speaking(arr, version), file))
  if (family !== 'series') tellFile()
  tellUnit(arr, unit)
  if (family !== 'series') return
  tellFile()
  tellParent(arr, arr.library.parent(unit.parentId)!)
  tellUnit(arr, unit)
}

/** All but its id is as if nobody had ever filled it in. Of a film it is told in the midst of its other messages. */
export function tellFileGone(arr: Arr, file: MediaFile, units: readonly Unit[]): void {
  const {family, filePath, parentKey} = arr.dialect
  const blank = {size: 0, dateAdded: '0001-01-01T00:00:00Z', qualityCutoffNotMet: false}
  const tellFile = (): void =>
    arr.live.tell(filePath, 'deleted', () => ({[parentKey]: 0, ...blank, id: file.id}))
  if (family === 'movies') {
    for (const unit of units) {
      tellAs('movie', arr, unit)
      tellAs('wanted/cutoff', arr, unit)
      tellAs('wanted/missing', arr, unit)
      tellFile()
      tellAs('movie', arr, unit)
    }
    return
  }
  for (const unit of units) tellUnit(arr, unit)
  tellFile()
}

function tellUnit(arr: Arr, unit: Unit, more: object = {}): void {
  for (const name of names[arr.dialect.family]) tellAs(name, arr, unit, more)
}

function tellAs(name: string, arr: Arr, unit: Unit, more: object = {}): void {
  arr.live.tell(name, 'updated', (version) => ({...unitResource(speaking(arr, version), unit), ...more}))
}

export function tellParent(arr: Arr, parent: Parent): void {
  arr.live.tell(arr.dialect.parentPath, 'updated', (version) =>
    parentResource(speaking(arr, version), parent),
  )
}

export function tellParentGone(arr: Arr, {id}: Parent): void {
  const blank = {qualityProfileId: 0, monitored: true, added: '0001-01-01T00:00:00Z'}
  arr.live.tell(arr.dialect.parentPath, 'deleted', () => ({...blank, id}))
}
