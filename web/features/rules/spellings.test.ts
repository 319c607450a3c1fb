/** The fourth spelling of a condition: a sentence, whose blanks are filled in. What it then asks, its text and the search do. */
import * as fc from 'fast-check'
import {beforeAll, expect, test} from 'vitest'
import {parse} from 'yaml'
import {conditionIn} from '#search-query/rule-condition.ts'
import {textOfCondition} from '#search-query/condition-text.ts'
import {
  decided,
  fleetOf,
  isWritable,
  meant,
  rows,
  written,
  type Meant,
} from '#search-query/spellings.fixture.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {documentOf, writeRule} from '#rules/write.ts'
import {isFull} from '#test/proof.ts'
import type {Condition} from '#model/rule.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {words} from './all-rules.fixture.ts'
import {filledIn, typedOf, usualValues} from './blank-change.ts'
import {sentenceOf} from './sentence.ts'
import type {Blank} from './sentence-pieces.ts'

beforeAll(() => speakEnglish())

/** A tree has dates as texts, which its text in the search box has as numbers. */
const isSayable = (it: Meant) => isWritable(it) && !/:2026/.test(written(it))

test('whatever is written into the blanks of a sentence, its rule, the text of it and the search decide alike', async () => {
  let filled = 0
  await fc.assert(
    fc.asyncProperty(rows, meant.filter(isSayable), fc.nat(), async (torrents, it, choice) => {
      const fleet = fleetOf(torrents)
      const {condition} = conditionIn(written(it))
      const rule = aRule({when: condition!})
      const {says, beside} = sentenceOf(documentOf(rule), words)
      const blanks = [says, ...beside]
        .flat()
        .filter((piece): piece is Blank => typeof piece !== 'string' && piece.place[0] === 'when')
      for (const blank of blanks.filter(({entry}) => entry !== null)) {
        const now = typedOf(blank, words.names)
        // Having none of something is no entry of a list.
        if (now.split('\n').includes('')) continue
        const others = usualValues(blank)
        const typed = [now, others[choice % Math.max(1, others.length)] ?? now]
        for (const value of typed) {
          const yaml = filledIn(writeRule(rule), blank, value, {is: 'text'}, words.names)
          const asked = (parse(yaml) as {when: unknown}).when
          const text = textOfCondition(asked)
          expect(text, yaml).not.toBeNull()
          const read = conditionIn(text!).condition as Condition
          if (value === now) expect(decided(read, fleet.rows), text!).toEqual(decided(condition!, fleet.rows))
          expect(decided(read, fleet.rows), text!).toEqual(await fleet.found(text!))
          filled++
        }
      }
    }),
    {numRuns: isFull ? 300 : 60},
  )
  expect(filled).toBeGreaterThan(30)
})
