import {usePreference} from '../../../api/preferences.ts'

/** Whether a section is folded, wherever this person looks. */
export function useFolded(section: string): readonly [isFolded: boolean, set: (isFolded: boolean) => void] {
  const [folded, change] = usePreference('facets.folded')
  const others = folded.filter((it) => it !== section)
  return [folded.includes(section), (isFolded) => change(isFolded ? [...others, section] : others)]
}
