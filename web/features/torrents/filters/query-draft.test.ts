import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {complete} from '#search-query/complete.ts'
import {filterOf} from '#search-query/filter-of.ts'
import {
  fixesOf,
  markOf,
  piecesOf,
  QueryPace,
  tokenBehind,
  shownMistakes,
  ghostOf,
  withCompletion,
  withoutCompletion,
  withRoom,
  wrongTerm,
} from './query-draft.ts'

const reader = {servers: [], arrs: [], now: 0}
const mistakesOf = (text: string) => filterOf(text, reader).mistakes
const vocabulary = {
  now: 0,
  servers: [],
  arrs: [],
  categories: ['my films', 'books'],
  tags: ['keep'],
  trackers: [],
}

test('fields and what is excluded are tokens, words are plain', () => {
  const kinds = piecesOf('bunny -sd -category:books "two words"').map(
    ({text, kind, isNegated, quiet}) => `${kind}${isNegated ? ' not' : ''} ${quiet} ${text}`,
  )
  expect(kinds).toEqual([
    'word 0 bunny',
    'space 0  ',
    'token not 0 -sd',
    'space 0  ',
    'token not 10 -category:books',
    'space 0  ',
    'word 0 "two words"',
  ])
})

test('what joins terms is drawn alone', () => {
  const kinds = piecesOf('(a OR tag:b)').map(({text, kind}) => `${kind} ${text}`)
  expect(kinds).toEqual(['joint (', 'word a', 'space  ', 'joint OR', 'space  ', 'token tag:b', 'joint )'])
})

test('a group or an OR that is being written waits for its end', () => {
  const told = (text: string) => shownMistakes(text, mistakesOf(text), text.length)
  expect(mistakesOf('a OR ')).toHaveLength(1)
  expect([told('a OR '), told('(a OR b'), told('(a OR ')]).toEqual([[], [], []])
  expect(shownMistakes('(a OR b', mistakesOf('(a OR b'), null)).toHaveLength(1)
})

test('the pieces of any text are the text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pieces = piecesOf(text)
      expect(pieces.map((it) => it.text).join('')).toBe(text)
      expect(pieces.every((it) => text.startsWith(it.text, it.from))).toBe(true)
    }),
  )
})

test('Backspace behind a token and its space takes the token', () => {
  expect(tokenBehind('bunny size>10GB ', 16)).toEqual({from: 6, to: 16})
})

test('Backspace within a token, at its end, or behind a word takes a letter', () => {
  expect(tokenBehind('size>10GB', 9)).toBeNull()
  expect(tokenBehind('size>10GB bunny ', 16)).toBeNull()
  expect(tokenBehind('size>10GB b', 11)).toBeNull()
  expect(tokenBehind('', 0)).toBeNull()
})

test('behind a value that was selected the next term begins', () => {
  const text = 'bunny category:my'
  const [completion] = complete(text, text.length, vocabulary)
  expect(withCompletion(text, completion!)).toEqual({text: 'bunny category:"my films" ', cursor: 26})
})

test('behind a field that was selected its value follows', () => {
  const [completion] = complete('siz', 3, vocabulary)
  expect(withCompletion('siz', completion!)).toEqual({text: 'size>', cursor: 5})
})

test('a completion amid other terms leaves them alone', () => {
  const text = 'category:bo size>1GB'
  const [completion] = complete(text, 11, vocabulary)
  expect(withCompletion(text, completion!)).toEqual({text: 'category:books size>1GB', cursor: 15})
})

test.each([
  ['bunny category:my', 'bunny -category:"my films" ', 27],
  ['fil', '-category:"my films" ', 21],
  ['-category:my', '-category:"my films" ', 21],
  ['category!=my', 'category!="my films" ', 21],
  ['NOT category:my', 'NOT category:"my films" ', 24],
  ['NOT books category:my', 'NOT books -category:"my films" ', 31],
])('a completion of %s is excluded once', (text, wanted, cursor) => {
  const completion = complete(text, text.length, vocabulary).find(({kind}) => kind === 'value')
  expect(withoutCompletion(text, completion!)).toEqual({text: wanted, cursor})
})

test.each([
  ['siz', 3, 'e>'],
  ['SIZ', 3, 'e>'],
  ['category:my', 11, ''],
  ['size', 2, ''],
  ['siz', null, ''],
])('what Tab would write stands behind %s only where it goes on from there', (text, cursor, ghost) => {
  const [completion] = complete(text, cursor ?? text.length, vocabulary)
  expect(ghostOf(text, cursor, completion)).toBe(ghost)
})

test('a mistake under the cursor waits, others are reported', () => {
  const text = 'size>10BG ratio>x'
  const mistakes = mistakesOf(text)
  const told = (cursor: number | null) =>
    shownMistakes(text, mistakes, cursor).map((it) => wrongTerm(text, it))
  expect(told(9)).toEqual(['ratio>x'])
  expect(told(text.length)).toEqual(['size>10BG'])
  expect(told(null)).toEqual(['size>10BG', 'ratio>x'])
})

test.each([
  ['bunny size>10BG', ['meant 10GB', 'word "size>10BG"']],
  ['siez>1GB x', ['meant size', 'word "siez>1GB"']],
  ['-siez>1GB', ['meant size', 'word "siez>1GB"']],
  ['Re:Zero', ['meant "Re:Zero"']],
  ['a (tag:b OR c', ['closed (tag:b OR c)']],
  ['a OR', ['word "OR"']],
  ['down>3Mbit', ['word "down>3Mbit"']],
  ['a ()', []],
])('the ways out of the mistake in %s are %j', (text, fixes) => {
  const [mistake] = mistakesOf(text)
  const found = fixesOf(text, mistake!)
  expect(found.map(({kind, written}) => `${kind} ${written}`)).toEqual(fixes)
  for (const {edited, written} of found) {
    expect(mistakesOf(edited.text)).toEqual([])
    expect(edited.text.slice(0, edited.cursor).endsWith(written)).toBe(true)
  }
})

test('the very word of a mistake is underlined, and where nothing stands its term', () => {
  const marked = (text: string) => {
    const {from, to} = markOf(text, mistakesOf(text)[0]!)
    return text.slice(from, to)
  }
  expect([marked('a size>10BG'), marked('a sever:nas'), marked('a size>')]).toEqual([
    '10BG',
    'sever',
    'size>',
  ])
})

test('room for another term is made once', () => {
  expect([withRoom(''), withRoom('a'), withRoom('a ')]).toEqual(['', 'a ', 'a '])
})

describe('how fast the list follows what is written', () => {
  function paced() {
    const sent: string[] = []
    let isAnswered = true
    const pace = new QueryPace(
      () => isAnswered,
      (text) => {
        sent.push(text)
        isAnswered = false
      },
    )
    const answer = () => {
      isAnswered = true
      pace.answered()
    }
    return {pace, sent, answer}
  }

  test('the first key is followed at once, the others by the newest text when the answer is there', () => {
    const {pace, sent, answer} = paced()
    for (const text of ['u', 'ub', 'ubu']) pace.write(text)
    expect(sent).toEqual(['u'])
    answer()
    expect(sent).toEqual(['u', 'ubu'])
    answer()
    answer()
    pace.write('ubun')
    expect(sent).toEqual(['u', 'ubu', 'ubun'])
  })

  test('news that are no answer send nothing', () => {
    const {pace, sent} = paced()
    for (const text of ['u', 'ub']) pace.write(text)
    pace.answered()
    expect(sent).toEqual(['u'])
  })

  test('a finished query waits for none, and nothing older is sent behind it', () => {
    const {pace, sent, answer} = paced()
    for (const text of ['u', 'ub']) pace.write(text)
    pace.now('ubuntu')
    answer()
    expect(sent).toEqual(['u', 'ubuntu'])
  })

  test('whatever is written and answered when, each text is sent once at most, and the last one always', () => {
    const steps = fc.array(fc.oneof(fc.constant('answer' as const), fc.string({minLength: 1, maxLength: 4})))
    fc.assert(
      fc.property(steps, (all) => {
        const {pace, sent, answer} = paced()
        for (const [at, step] of all.entries()) {
          if (step === 'answer') answer()
          else pace.write(`${at} ${step}`)
        }
        answer()
        const written = all.flatMap((step, at) => (step === 'answer' ? [] : [`${at} ${step}`]))
        expect(new Set(sent).size).toBe(sent.length)
        expect(sent.at(-1)).toBe(written.at(-1))
        expect(sent).toEqual(written.filter((it) => sent.includes(it)))
      }),
    )
  })
})
