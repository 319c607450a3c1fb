import {expect, test} from 'vitest'
import {CommodarrError} from '#model/errors.ts'
import {checkNewPassword} from './password-rules.ts'

function verdict(password: string, name = 'ada'): string {
  try {
    checkNewPassword(password, name)
    return 'taken'
  } catch (error) {
    if (error instanceof CommodarrError && error.code === 'weak_password') return error.message
    throw error
  }
}

test.each([
  ['correct horse battery staple'],
  ['tr0ub4dor&3x'],
  ['пароль-из-слов'],
  ['🦊🐧🐙🦀🐝🦋🐢🐬🦄🐞'],
  ['ada likes long walks'],
  ['x'.repeat(3) + 'kdjfowmw'],
  ['a b c d e f'],
])('%j is taken', (password) => {
  expect(verdict(password)).toBe('taken')
})

test.each([[''], ['short'], ['ninechars'], ['🦊🐧🐙🦀🐝🦋🐢🐬🦄']])('%j is too short', (password) => {
  expect(verdict(password)).toMatch('at least 10 characters')
})

test('1024 bytes are enough for anyone, and characters of several bytes are several', () => {
  const unlike = 'kdjfowmwqx'
  expect(verdict(unlike + 'ab'.repeat(507))).toBe('taken')
  expect(verdict(unlike + 'ab'.repeat(508))).toMatch('at most 1024 bytes')
  expect(verdict('äöüß'.repeat(129))).toMatch('at most 1024 bytes')
})

test.each([
  ['administrator', 'administrator'],
  ['Ludwig.Beethoven', 'ludwig.beethoven'],
  ['ＬＵＤＷＩＧ１２３４５', 'ludwig12345'],
  ['ludwig2024', 'Ludwig1'],
  ['ludwigludwig', 'ludwig'],
])('%j is not taken from %j', (password, name) => {
  expect(verdict(password, name)).not.toBe('taken')
})

test('the name with a little around it is the name', () => {
  expect(verdict('beethoven!1', 'Beethoven')).toMatch('name of its user')
  expect(verdict('123beethoven', 'Beethoven')).toMatch('name of its user')
  expect(verdict('beethoven 1770 Bonn', 'Beethoven')).toBe('taken')
})

test.each([
  ['password123'],
  ['Password2024!'],
  ['P@ssw0rd123'],
  ['!!!letmein!!!'],
  ['1234567890'],
  ['0987654321'],
  ['qwertyuiop'],
  ['poiuytrewq'],
  ['1q2w3e4r5t6y'],
  ['abcdefghijkl'],
  ['aaaaaaaaaaaa'],
  ['ababababab12'.slice(0, 10)],
  ['1111111111'],
  ['iloveyou1234'],
  ['Administrator'],
  ['qbittorrent1'],
  ['changeme!!'],
])('%j is among the first that are guessed', (password) => {
  expect(verdict(password)).toMatch('too easy to guess')
})

test('the refusal does not repeat the password', () => {
  expect(verdict('password123')).not.toContain('password123')
})
