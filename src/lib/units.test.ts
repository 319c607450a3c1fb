import {expect, test} from 'vitest'
import {parseDuration} from '#config/schema/durations.ts'
import {parseSize} from '#config/schema/fields.ts'
import {quantityOf as inRules} from '#rules/quantity.ts'
import {quantityOf as inSearch} from '#search-query/quantities.ts'

const G = 1024 ** 3

/** What configuration, rules and search make of one text; `null` = refused. */
test.each([
  ['10GB', 10 * G, 10e9, 10e9],
  ['10gb', 10 * G, 10e9, 10e9],
  ['10GiB', 10 * G, 10 * G, 10 * G],
  ['10G', 10 * G, 10 * G, 10 * G],
  ['1M', 1024 ** 2, 1024 ** 2, 1024 ** 2],
  ['1.5T', 1.5 * 1024 ** 4, 1.5 * 1024 ** 4, 1.5 * 1024 ** 4],
  ['7', 7, 7, 7],
  ['10E', null, null, null],
])('the size %s', (text, config, rules, search) => {
  const found = inSearch(text, 'size')
  expect([parseSize(text) ?? null, inRules(text, 'bytes'), 'amount' in found ? found.amount : null]).toEqual([
    config,
    rules,
    search,
  ])
})

test.each([
  ['1M', 2_592_000, null, null],
  ['1m', 60, 60, 60],
  ['1mo', 2_592_000, 2_592_000, 2_592_000],
  ['1MO', 2_592_000, 2_592_000, 2_592_000],
  ['1h30m', 5400, 5400, 5400],
  ['1.5h', 5400, 5400, 5400],
  ['2H', 7200, 7200, 7200],
  ['5min', 300, 300, 300],
  ['1y', 31_536_000, 31_536_000, 31_536_000],
  ['2w', 1_209_600, 1_209_600, 1_209_600],
  ['90', 90, 90, 90],
  ['3moons', null, null, null],
])('the span of time %s', (text, config, rules, search) => {
  const found = inSearch(text, 'duration')
  expect([
    parseDuration(text, 'seconds') ?? null,
    inRules(text, 'seconds'),
    'amount' in found ? found.amount : null,
  ]).toEqual([config, rules, search])
})
