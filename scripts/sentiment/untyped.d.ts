declare module 'vader-sentiment' {
  export const SentimentIntensityAnalyzer: {
    polarity_scores(text: string): { readonly compound: number };
  };
}

declare module 'wink-sentiment' {
  export default function sentiment(text: string): { readonly normalizedScore: number };
}
