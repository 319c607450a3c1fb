import {expect, test} from 'vitest'
import {looksLikeHost} from './looks-like-host.ts'

test.each([
  'tracker.example.org',
  'Tidemark.Example',
  '10.0.0.5',
  '[fd00::1]',
  'localhost',
  'bücher.example',
])('%s is read as a host', (text) => expect(looksLikeHost(text)).toBe(true))

test.each(['Tidemark', 'TL.', 'two words.example', '*.example.org', 'a..b', ''])('%s is a name', (text) =>
  expect(looksLikeHost(text)).toBe(false),
)
