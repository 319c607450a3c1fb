import fc from 'fast-check'
import {expect, test} from 'vitest'
import {
  detailColumns,
  fullColumns,
  quoted,
  readComment,
  readLabels,
  RowShape,
  trackerUrls,
  writeLabels,
} from './codec.ts'
import {joinLabels, splitLabels} from './normalise.ts'

test.each([
  ['nothing', '', []],
  ['a plain label', 'radarr', ['radarr']],
  ['ruTorrent’s encoding', 'films%20%26%20more', ['films & more']],
  ['Flood’s list', 'radarr,uhd,to%2Ckeep', ['radarr', 'uhd', 'to,keep']],
  ['a bare percent sign of another tool', '100%', ['100%']],
  ['half an encoding', 'a%2', ['a%2']],
  ['tags without a category', ',uhd', ['', 'uhd']],
])('a label with %s is read', (_, custom1, labels) => {
  expect(readLabels(custom1)).toEqual(labels)
})

test('labels come back as they were written, whatever is in them', () => {
  fc.assert(
    fc.property(
      fc.string({unit: 'grapheme'}),
      fc.uniqueArray(fc.string({unit: 'grapheme', minLength: 1})),
      (category, tags) => {
        const written = writeLabels(joinLabels(category, tags, {from: 'label'}))
        expect(written).toMatch(/^[\w%.~,-]*$/)
        expect(written).not.toMatch(/^,/)
        const read = splitLabels(readLabels(written), {from: 'label'}, () => '')
        expect(read).toEqual({category: category.toWellFormed(), tags: tags.map((tag) => tag.toWellFormed())})
      },
    ),
  )
})

test.each([
  ['label', {from: 'label'}, ['films', 'uhd'], {category: 'films', tags: ['uhd']}],
  ['label', {from: 'label'}, ['', 'uhd'], {category: '', tags: ['uhd']}],
  ['label', {from: 'label'}, ['no-category', 'uhd'], {category: '', tags: ['uhd']}],
  [
    'a prefix',
    {from: 'labelPrefix', prefix: 'cat:'},
    ['uhd', 'cat:films'],
    {category: 'films', tags: ['uhd']},
  ],
  ['a prefix nobody carries', {from: 'labelPrefix', prefix: 'cat:'}, ['uhd'], {category: '', tags: ['uhd']}],
  ['the folder', {from: 'path'}, ['uhd'], {category: 'films', tags: ['uhd']}],
] as const)('the category stands in %s', (_, source, labels, expected) => {
  expect(splitLabels(labels, source, () => 'films')).toEqual(expected)
})

test.each([
  ['a plain path', '/srv/films (2024), {uhd}; [x]', '"/srv/films (2024), {uhd}; [x]"'],
  ['quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
])('%s can stand in a command string', (_, value, expected) => {
  expect(quoted(value)).toBe(expected)
})

test.each(['$system.pid=', 'a$b', 'line\nbreak', 'tab\t', 'nul\0', 'del\x7f'])('%j cannot', (value) => {
  expect(quoted(value)).toBeNull()
})

test('trackers of a row: enabled ones in their order, without DHT', () => {
  expect(trackerUrls('1http://a/x#0udp://b/#1dht://#1http://c/#frag#')).toEqual([
    'http://a/x',
    'http://c/#frag',
  ])
  expect(trackerUrls('')).toEqual([])
})

test('a column the server lacks is left out, a better form of it is preferred', () => {
  const old = new RowShape(['hash', 'name', 'sequential'], new Set(['d.hash', 'd.name']))
  expect(old.commands).toEqual(['d.hash=', 'd.name='])
  const patched = new RowShape(
    ['name', 'sequential'],
    new Set(['d.name', 'd.name.or_base64', 'd.down.sequential']),
  )
  expect(patched.commands).toEqual(['d.name.or_base64=', 'd.down.sequential='])
  expect(patched.read(['x', '1'])).toEqual({name: 'x', sequential: 1})
})

test('getters of single torrents ask what the list asks', () => {
  const shape = new RowShape(detailColumns, new Set(['d.hash', 'd.custom']))
  expect(shape.getters()).toEqual([
    {method: 'd.hash', args: []},
    {method: 'd.custom', args: ['addtime']},
  ])
  expect(fullColumns.at(-1)).toBe('trackers')
})

test('ruTorrent’s comments lose their mark', () => {
  expect(readComment('VRS24mrkera%20b')).toBe('a b')
  expect(readComment('plain')).toBe('plain')
})
