import {expect, test} from 'vitest'
import {isAbsolutePath, knownPaths} from './known-paths.ts'

test('folders that are known are offered once, and only whole paths', () => {
  const servers = [
    {stats: {default_save_path: '/data'}, categories: [{save_path: '/data/tv'}, {save_path: ''}, {}]},
    {stats: null, categories: [{save_path: '/data/tv'}, {save_path: 'D:\\films'}, {save_path: 'tv'}]},
  ]
  expect(knownPaths(servers)).toEqual(['/data', '/data/tv', 'D:\\films'])
  expect(isAbsolutePath('\\\\nas\\films')).toBe(true)
})
