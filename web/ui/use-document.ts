import {useEffect} from 'react'
import {usePreference} from '../api/preferences.ts'
import {text} from '../i18n/text.ts'

/** Of all that is open, a page and what lies within it. */
const titles: (readonly string[])[] = []

/**
 * 'Harbour.of.Glass · Torrents · Commodarr': nearest first. What is open within a page names more than the page, so the
 * longest one holds, whichever was there first; none at all leaves it to the page.
 */
export function useTitle(...parts: readonly string[]): void {
  const key = JSON.stringify(parts)
  useEffect(() => {
    const own = JSON.parse(key) as readonly string[]
    titles.push(own)
    showTitle()
    return () => {
      titles.splice(titles.indexOf(own), 1)
      if (titles.length > 0) showTitle()
    }
  }, [key])
}

function showTitle(): void {
  const longest = titles.reduce((best, it) => (it.length >= best.length ? it : best))
  document.title = [...longest, text('app.name')].join(' · ')
}

/** Light or dark as the system says, unless somebody chose. */
export function useTheme(): void {
  const [theme] = usePreference('theme')
  useEffect(() => {
    const {dataset} = document.documentElement
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
  }, [theme])
}
