import {expect, test} from 'vitest'
import {breakable} from './torrent.ts'

test('a release name may break behind its dots, and reads the same', () => {
  expect(breakable('A.Name_2025.mkv')).toBe('A.\u200bName_\u200b2025.\u200bmkv')
  expect(breakable('plain words. here')).toBe('plain words. here')
})
