/** The list of torrents as a person sees it. */
import type {Locator, Page} from 'playwright-core'
import {say} from './words.fixture.ts'

/** @returns the list, in groups or not */
export function table(page: Page): Locator {
  const name = say('torrents.table')
  return page.getByRole('grid', {name}).or(page.getByRole('treegrid', {name}))
}

/**
 * Rows of the torrents of this name, with whatever stands beside it: one on each server that has it.
 * @param server only the one there
 */
export function rowOf(page: Page, name: string, server?: string): Locator {
  const named = table(page)
    .getByRole('row')
    .filter({has: page.getByRole('gridcell', {name: new RegExp(`^${RegExp.escape(name)}($|, )`)})})
  return server === undefined ? named : named.filter({hasText: server})
}

/** How many torrents the list has, seen or not. */
export async function rowCount(page: Page): Promise<number> {
  return Number(await table(page).getAttribute('aria-rowcount')) - 1
}
