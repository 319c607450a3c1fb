/** A rule that begins with what the page of what is wanted showed. */
import {wantedGroups} from '#model/searching.ts'
import {text} from '../../i18n/text.ts'
import {withValue} from './form/rule-document.ts'

/** @param group of what is wanted, `all` = any. @param arr id of one Arr; `null` = of all */
export function aboutWanted(group: string, arr: string | null): string {
  const known = wantedGroups.find((it) => it === group)
  const ofGroup = known
    ? {fact: 'wanted.group', op: 'eq', value: known}
    : {fact: 'wanted.monitored', op: 'eq', value: true}
  const all = [...(arr === null ? [] : [{fact: 'arr.id', op: 'eq', value: arr}]), ofGroup]
  return withValue(
    `name: ${text('rules.new.from-wanted')}\nsubject: wanted\nwhen: ''\ndo:\n  - {action: arr.search}\n`,
    ['when'],
    {all},
  )
}
