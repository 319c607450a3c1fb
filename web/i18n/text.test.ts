import {globSync, readFileSync} from 'node:fs'
import {expect, test, vi} from 'vitest'
import * as english from './english.ts'
import {text, withWords, type TextKey} from './text.ts'

for (const [count, words] of [
  [0, '0 torrents selected'],
  [1, '1 torrent selected'],
  [12_480, '12,480 torrents selected'],
] as const) {
  test(`${count} in a text: its form, and with separators`, () => {
    expect(text('torrents.chosen', {count})).toBe(words)
  })
}

test('values stand in a text as they are, whatever is in them', () => {
  expect(text('palette.open')).toBe('Find or do anything')
  expect(text('select.remove', {name: '$& {{name}} <b>'})).toBe('Remove $& {{name}} <b>')
})

test('a value that was not given leaves nothing behind', () => {
  expect(text('select.remove')).toBe('Remove ')
})

test('what is loaded with its words can say them', async () => {
  expect(await withWords(['views'], async () => 'a dialog')()).toBe('a dialog')
  expect(text('view.list.find')).toBe('Type to find a view')
})

test('every text is said somewhere', async () => {
  const pages = globSync('web/**/*.{ts,tsx}').filter((it) => !it.includes('/i18n/'))
  // Verdicts come from the program as keys of their texts.
  const verdicts = globSync(['src/{model,rules}/*verdict*.ts', 'src/registry/arrs/item-chain.ts']).filter(
    (it) => !/verdict-texts|\.test|\.fixture/.test(it),
  )
  const written = [...pages, ...verdicts].map((it) => readFileSync(it, 'utf8')).join('\n')
  const whole = new Set(Array.from(written.matchAll(/['"`]([a-z][\w.-]*)['"`]/g), ([, key]) => key!))
  const beginnings = [
    ...new Set(Array.from(written.matchAll(/`([a-z][\w-]*\.[\w.-]*)\$\{/g), ([, it]) => it!)),
  ]
  const isSaid = (key: string) => whole.has(key) || beginnings.some((it) => key.startsWith(it))

  const parts = await Promise.all(Object.values(english.later).map((load) => load()))
  const keys = [english.first, ...parts].flatMap((words) => Object.keys(words))
  expect(keys.length).toBeGreaterThan(2_000)
  const nameOf = (key: string) => key.replace(/_(one|other)$/, '').replace(/^(also|topics)\./, '')
  expect(keys.filter((key) => !isSaid(nameOf(key)))).toEqual([])
})

test('a text that nothing loaded is reported once, and shown by its key', () => {
  const heard: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => void heard.push(error))
  try {
    const unloaded = 'arr.nothing-has-this' as TextKey
    expect([text(unloaded), text(unloaded, {count: 2})]).toEqual([unloaded, unloaded])
    expect(heard.map(String)).toEqual([`Error: No text is loaded for ${unloaded}.`])
  } finally {
    vi.unstubAllGlobals()
  }
})
