/** Facts of rules as words of the search. They come when somebody writes, or has written, what could be one. */
import {useEffect, useState} from 'react'
import type {FactWords} from '#search-query/fact-words.ts'
import {whenThere} from '../../../live/modules.ts'
import {liveSocket} from '../../../live/socket.ts'

let words: FactWords | undefined

/** `undefined` = they have not come yet, or nothing asks for them. */
export function useFactWords(isWanted: boolean): FactWords | undefined {
  const [known, setKnown] = useState(() => words)
  useEffect(() => {
    if (!isWanted || known) return
    void load().then(
      (loaded) => setKnown(() => loaded),
      // The program understands them without us.
      () => undefined,
    )
  }, [isWanted, known])
  return known
}

async function load(): Promise<FactWords> {
  const come = async () => (await import('#search-query/fact-words.ts')).factWords
  return (words ??= await whenThere(come, liveSocket))
}
