/** One browser for all tests of the project `web`: started before the first, gone after the last. */
import type {TestProject} from 'vitest/node'
import {browserProgram, serveBrowser} from './browser.ts'

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (browserProgram() === null) return undefined
  const server = await serveBrowser()
  project.provide('browserEndpoint', server.wsEndpoint())
  return () => server.close()
}
