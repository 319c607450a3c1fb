/** Worlds without a file that nobody claims, and without anything that is to be searched. */
import type {FactReaders} from '#rules/fact-readers.ts'
import type {PathWorld, WantedWorld} from './previews.ts'

const readers: FactReaders<never> = {
  reader: () => () => undefined,
  fact: () => ({unknown: 'missing', since: null, source: ''}),
  name: () => ({kind: 'path', key: '', serverId: null}),
}

export const noPaths: PathWorld<never> = {
  readersFor: () => readers,
  subjectsOn: () => [],
  guardsOf: () => () => null,
  left: () => new Map([['young', 2]]),
}

export const nothingWanted: WantedWorld<never> = {
  readersFor: () => readers,
  subjectsFor: () => [],
  guardsOf: () => () => null,
}
