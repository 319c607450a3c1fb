/** A verdict as it travels. Its texts go through the same words as the explanation that it stands on. */
import type {z} from 'zod'
import type {EpochMs} from '#model/units.ts'
import type {Phrase, TorrentVerdict, VerdictReason} from '#model/verdict.ts'
import {sentenceOfPhrase} from '#rules/verdict-sentence.ts'
import type {VerdictSchema} from '../schemas/verdict.ts'

type WireVerdict = z.output<typeof VerdictSchema>
type WirePhrase = WireVerdict['says']

/** @param say texts of servers and people, without what is not for who reads */
export function wireVerdict(
  verdict: TorrentVerdict,
  at: EpochMs,
  say: (text: string) => string,
): WireVerdict {
  const write = (phrase: Phrase): WirePhrase => wirePhrase(phrase, at, say)
  const {kind, says, follows, reasons, next, mayBeRemoved, ruleId} = verdict
  return {
    kind,
    says: write(says),
    follows: follows && write(follows),
    reasons: reasons.map((reason) => wireReason(reason, write)),
    next: next.map((one) => ({at: one.at, says: write(one.says)})),
    may_be_removed: {
      kind: mayBeRemoved.kind,
      at: mayBeRemoved.kind === 'from' ? Math.ceil(mayBeRemoved.at) : null,
    },
    rule_id: ruleId,
  }
}

function wireReason(
  {says, more, blocks, counted, change}: VerdictReason,
  write: (phrase: Phrase) => WirePhrase,
): WireVerdict['reasons'][number] {
  return {
    says: write(says),
    more: more && write(more),
    blocks,
    counted: counted.map((one) => ({...one})),
    change: change && {place: placeOf(change.place), value: change.value && {...change.value}},
  }
}

type Change = NonNullable<VerdictReason['change']>

function placeOf(place: Change['place']): NonNullable<WireVerdict['reasons'][number]['change']>['place'] {
  if (place.kind === 'tracker') return {kind: 'tracker'}
  const {kind, ruleId, name, fact} = place
  return {kind, rule_id: ruleId, name, fact}
}

export function wirePhrase({key, values}: Phrase, at: EpochMs, say: (text: string) => string): WirePhrase {
  const said = Object.fromEntries(
    Object.entries(values).map(([name, {unit, value}]) => [
      name,
      {unit, value: unit === 'text' ? say(String(value)) : value},
    ]),
  )
  return {key, values: said, text: sentenceOfPhrase({key, values: said}, at)}
}
