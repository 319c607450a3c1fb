/** A world without a file that nobody claims. */
import type {PathWorld} from './previews.ts'

export const noPaths: PathWorld<never> = {
  readersFor: () => ({
    reader: () => () => undefined,
    fact: () => ({unknown: 'missing', since: null, source: ''}),
    name: () => ({kind: 'path', key: '', serverId: null}),
  }),
  subjectsOn: () => [],
  guardsOf: () => () => null,
  left: () => new Map([['young', 2]]),
}
