import {fold} from './fold.ts'

/** What a person typed into the search box, folded. */
export interface TextQuery {
  /** Each must be somewhere in the name. */
  readonly wanted: readonly string[]
  /** None may be. */
  readonly unwanted: readonly string[]
}

/** Words; `"quoted words"` stay together; `-word` and `-"quoted words"` exclude. An open quote runs to the end. */
export function parseTextQuery(text: string): TextQuery {
  const wanted: string[] = []
  const unwanted: string[] = []
  for (const [, minus, quoted, plain] of text.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)) {
    const word = fold(quoted ?? plain ?? '')
    if (word.trim() === '' || (quoted === undefined && word === '-')) continue
    if (minus === '-') unwanted.push(word)
    else wanted.push(word)
  }
  return {wanted, unwanted}
}

/** One folded piece, as it stands: nothing in it means anything. */
export function pieceQuery(piece: string): TextQuery {
  return {wanted: piece === '' ? [] : [piece], unwanted: []}
}
