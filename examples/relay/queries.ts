import relay from 'relay-runtime';

const { graphql } = relay;

// What relay-compiler reads: it writes `__generated__`, which is what runs. Nothing imports this file.
graphql`
  query queriesOrderQuery($sn: ID!) {
    homestayOrder(sn: $sn) {
      id
      sn
      state
      closeAt
      snapshot {
        title
      }
      total {
        amount
        currency
      }
    }
  }
`;
graphql`
  subscription queriesOrderSubscription($sn: ID!) {
    homestayOrderStateChanged(sn: $sn) {
      id
      state
      closeAt
    }
  }
`;
