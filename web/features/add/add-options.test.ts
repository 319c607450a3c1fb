import {expect, test} from 'vitest'
import {
  presetNow,
  presetOptions,
  readOptions,
  sentOptions,
  standardOptions,
  withoutPreset,
  withPreset,
} from './add-options.ts'

const films = {...standardOptions, category: 'films', start: 'metadata', upLimit: 1024} as const

test('what was not set is not sent', () => {
  expect(sentOptions(standardOptions, false)).toEqual({start: true})
})

test('where files are selected it comes stopped, without a condition of its own', () => {
  expect(sentOptions(films, true)).toEqual({start: false, category: 'films', up_limit: 1024})
  expect(sentOptions(films, false)).toMatchObject({start: true, stop_condition: 'metadata'})
})

test('a preset is saved, selected again, changed and deleted', () => {
  const saved = withPreset([], 'Films', films)
  expect(presetOptions(saved, 'Films')).toEqual(films)
  expect(presetNow(saved, films)).toBe('Films')
  expect(presetNow(saved, standardOptions)).toBe(null)
  const changed = withPreset(saved, 'Films', {...films, tags: ['x']})
  expect(changed).toHaveLength(1)
  expect(withoutPreset(changed, 'Films')).toEqual([])
})

test('a preset keeps only what was selected', () => {
  expect(withPreset([], 'Films', films)[0]!.options).toEqual({
    category: 'films',
    start: 'metadata',
    upLimit: 1024,
  })
})

test('what is not understood of a preset has its standard value', () => {
  const odd = {category: 5, tags: 'x', start: 'whenever', layout: 'subfolder', upLimit: -1, more: true}
  expect(readOptions(odd)).toEqual({...standardOptions, layout: 'subfolder'})
})
