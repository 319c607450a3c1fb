import {useEffect} from 'react'
import {text} from '../i18n/text.ts'

/** 'Harbour.of.Glass · Torrents · Commodarr': nearest first. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, text('app.name')].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
