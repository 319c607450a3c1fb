/** What the letters that servers put beside peers mean. Each program has its own; no two mean different things by one. */
import {text, type TextKey} from '../../../i18n/text.ts'

const meanings: Readonly<Record<string, TextKey>> = {
  D: 'peer.flag.down',
  d: 'peer.flag.down-waits',
  U: 'peer.flag.up',
  u: 'peer.flag.up-waits',
  O: 'peer.flag.optimistic',
  S: 'peer.flag.snubbed',
  '*': 'peer.flag.snubbed',
  K: 'peer.flag.unwanted',
  '?': 'peer.flag.no-interest',
  X: 'peer.flag.exchange',
  H: 'peer.flag.dht',
  L: 'peer.flag.local',
  I: 'peer.flag.incoming',
  r: 'peer.flag.incoming',
  l: 'peer.flag.outgoing',
  E: 'peer.flag.encrypted',
  e: 'peer.flag.encrypted-start',
  P: 'peer.flag.utp',
  T: 'peer.flag.utp',
}

/** "D downloads from it, X found by peer exchange"; letters that nobody explained stand alone. */
export function flagWords(flags: string): string {
  return [...new Set(flags.replaceAll(/\s/g, ''))]
    .map((letter) => {
      const meaning = meanings[letter]
      return meaning === undefined ? letter : `${letter} ${text(meaning)}`
    })
    .join(', ')
}
