/** What people do again and again. */
import type {Page} from 'playwright-core'
import {say} from './words.fixture.ts'

export interface Login {
  readonly username: string
  readonly password: string
}

/** Fills the page that asks for name and password. */
export async function logIn(page: Page, {username, password}: Login): Promise<void> {
  await page.getByLabel(say('login.name'), {exact: true}).fill(username)
  await page.getByLabel(say('login.password'), {exact: true}).fill(password)
  await page.getByRole('button', {name: say('login.go'), exact: true}).click()
}

export async function logOut(page: Page, {username}: Pick<Login, 'username'>): Promise<void> {
  await page.getByRole('button', {name: say('account.open', {name: username})}).click()
  await page.getByRole('menuitem', {name: say('account.log_out')}).click()
  await page.getByRole('heading', {name: say('login.title')}).waitFor()
}
