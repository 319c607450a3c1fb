/** How many values one filter takes: each is compared with each line of the journal. */
import {expect, test} from 'vitest'
import {z} from 'zod'
import {checkBy} from '../answers/field-errors.ts'
import {ActivityCountsQuery, ActivityExportQuery, ActivityQuery, StoryQuery} from './activity.ts'
import {HistoryQuery} from './history.ts'
import {AuditQuery, JournalQuery} from './journal.ts'
import {listParameter} from './parameters.ts'

const different = (count: number) => Array.from({length: count}, (_, n) => `user:${n}`)
const ofStories = ['who', 'rule_id', 'arr_id', 'server_id'].flatMap((name) => [name, `not_${name}`])

test.each([
  ['a page', ActivityQuery, ofStories, {}],
  ['counts', ActivityCountsQuery, ofStories, {}],
  ['an export', ActivityExportQuery, ofStories, {}],
  ['a story', StoryQuery, ofStories, {place: 'x'}],
  ['the journal', JournalQuery, ['server_id', 'verb'], {}],
  ['the audit', AuditQuery, ['server_id', 'verb'], {}],
] as const)('%s takes 100 different values in a filter', (_name, schema: z.ZodType, fields, others) => {
  for (const field of fields) {
    expect(checkBy(schema, {...others, [field]: different(100)}, 'querystring')).toHaveProperty('value')
    expect(checkBy(schema, {...others, [field]: different(101)}, 'querystring')).toMatchObject({
      error: {errors: [{field, found: 'a list of 101', accepted: 'at most 100 items'}]},
    })
  }
})

test('a value that is repeated counts once', () => {
  const schema = z.strictObject({who: listParameter(z.string(), 'By these')})
  const who = Array.from({length: 1_000}, (_, n) => `user:${n % 2}`)
  expect(schema.parse({who})).toEqual({who: ['user:0', 'user:1']})
})

test('values of a few are as many as there are, however often they come', () => {
  const often = <V>(values: readonly V[]) => Array.from({length: 700}, (_, n) => values[n % values.length])
  expect(JournalQuery.parse({outcome: often(['done', 'failed'])}).outcome).toEqual(['done', 'failed'])
  expect(ActivityQuery.parse({what: often(['moved'])}).what).toEqual(['moved'])
})

test('a history takes all servers of a large instance', () => {
  expect(HistoryQuery.safeParse({server_id: different(500)}).success).toBe(true)
})

test('the description names how many', () => {
  const {properties} = z.toJSONSchema(z.object({who: listParameter(z.string(), 'By these')}), {io: 'input'})
  expect(properties!['who']).toMatchObject({maxItems: 100})
})
