import {readdirSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {ruleOutcomes} from '#model/decision.ts'
import {factNames} from '#model/fact.ts'
import {reasonInWords} from './reason-words.ts'

const isSentence = (words: string) => /^[A-Z“"].*[^:]\.$/s.test(words) && !/changed:|_/.test(words)

test('every fact and every outcome that a decision was given up for is a sentence', () => {
  const codes = [...factNames, ...ruleOutcomes].map((it) => `changed:${it}`)
  expect(codes.filter((it) => !isSentence(reasonInWords(it)))).toEqual([])
  expect(reasonInWords('changed:nothingToDo')).toBe('There is nothing left to do: it is so already.')
  expect(reasonInWords('changed:ratio')).toBe('It was decided on something that is not so any more (ratio).')
})

test('every code that actions of rules write as a message has words', () => {
  const folder = new URL('../../automation/actions/', import.meta.url)
  const sources = readdirSync(folder).filter((it) => it.endsWith('.ts') && !it.includes('test'))
  const found = sources.flatMap((file) => {
    const source = readFileSync(new URL(file, folder), 'utf8')
    const literals = source.matchAll(/(?:message: |over\()'([a-z_]+(?::[a-zA-Z.]+)?)'/g)
    return [...literals].map(([, code]) => code!)
  })
  expect(found).toContain('rule_mode')
  expect([...found, 'gone', 'left'].filter((it) => it !== 'path' && !isSentence(reasonInWords(it)))).toEqual(
    [],
  )
})

test('what is no code stays as it is', () => {
  expect(reasonInWords('The server answered 409.')).toBe('The server answered 409.')
  expect(reasonInWords('')).toBe('')
  expect(reasonInWords('changed:commonCause')).toBe('Something protects it by now.')
})
