/// The JSON Schemas of the documents in a bundle, so that readers have them years later.
///
/// Made by `scripts/embed-schemas` from `protocols/schemas`; a test compares the two.
let embeddedSchemas: [(name: String, text: String)] = [
  (
    name: "aggregate.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:aggregate:v1",
     "title": "Aggregate of one site",
     "description": "Form only; rules between fields: aggregate.md and disclosure.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "site", "protocol", "model", "policy", "flow", "windows"],
     "properties": {
      "format": {"const": "urn:equipoise:aggregate:v1"},
      "site": {"$ref": "#/$defs/id"},
      "protocol": {"$ref": "#/$defs/digest"},
      "model": {"$ref": "#/$defs/digest"},
      "policy": {
       "type": "object",
       "additionalProperties": false,
       "required": ["minimumCell", "minimumFitEvents", "dataClass", "counts"],
       "properties": {
        "minimumCell": {"type": "integer", "minimum": 2, "maximum": 1000000},
        "minimumFitEvents": {"type": "integer", "minimum": 2, "maximum": 1000000},
        "dataClass": {"$ref": "#/$defs/dataClass"},
        "counts": {"enum": ["patients", "rows"]},
        "lowering": {"$ref": "#/$defs/lowering"}
       }
      },
      "flow": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["read", "excluded"],
         "properties": {
          "read": {"$ref": "#/$defs/count"},
          "excluded": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["reason", "rows"],
            "properties": {
             "reason": {
              "anyOf": [
               {
                "enum": [
                 "unreadable", "patientMissing", "timeInvalid", "outsideWindows", "scoreMissing",
                 "scoreInvalid"
                ]
               },
               {"type": "string", "pattern": "^cohortRule[1-9][0-9]?$"}
              ]
             },
             "rows": {"oneOf": [{"$ref": "#/$defs/count"}, {"$ref": "#/$defs/withheld"}]}
            }
           },
           "maxItems": 70,
           "minItems": 3
          }
         }
        },
        {"$ref": "#/$defs/withheld"}
       ]
      },
      "windows": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["window", "overall", "attributes", "histograms", "intersections", "unscored"],
        "properties": {
         "window": {"$ref": "#/$defs/id"},
         "intersections": {
          "type": "array",
          "items": {
           "type": "object",
           "additionalProperties": false,
           "required": ["intersection", "status"],
           "properties": {
            "intersection": {"$ref": "#/$defs/id"},
            "status": {"const": "withheld"}
           }
          },
          "maxItems": 64
         },
         "unscored": {"oneOf": [{"$ref": "#/$defs/unscored"}, {"$ref": "#/$defs/withheld"}]},
         "cusum": {"oneOf": [{"$ref": "#/$defs/sum"}, {"$ref": "#/$defs/withheld"}]},
         "operations": {"oneOf": [{"$ref": "#/$defs/operations"}, {"$ref": "#/$defs/withheld"}]},
         "explanation": {"oneOf": [{"$ref": "#/$defs/explanation"}, {"$ref": "#/$defs/withheld"}]},
         "overall": {"$ref": "#/$defs/overall"},
         "attributes": {"type": "array", "items": {"$ref": "#/$defs/attribute"}, "maxItems": 64},
         "histograms": {
          "type": "object",
          "additionalProperties": false,
          "required": ["rows", "columns"],
          "properties": {
           "rows": {"enum": ["all", "labelled"]},
           "columns": {"type": "array", "items": {"$ref": "#/$defs/histogram"}, "maxItems": 2000}
          }
         }
        }
       },
       "maxItems": 1000,
       "minItems": 1
      },
      "features": {"$ref": "#/$defs/digest"}
     },
     "$defs": {
      "attribute": {
       "type": "object",
       "additionalProperties": false,
       "required": ["attribute", "levels", "unscored"],
       "properties": {
        "attribute": {"$ref": "#/$defs/id"},
        "unscored": {
         "oneOf": [
          {
           "type": "array",
           "items": {"$ref": "#/$defs/unscored"},
           "maxItems": 201,
           "minItems": 2
          },
          {"$ref": "#/$defs/withheld"}
         ]
        },
        "levels": {"type": "array", "items": {"$ref": "#/$defs/level"}, "maxItems": 201, "minItems": 2},
        "edges": {"$ref": "#/$defs/edges"}
       }
      },
      "cluster": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "threshold", "measure", "patients", "successes", "trials", "squaredSuccesses", "products",
        "squaredTrials"
       ],
       "properties": {
        "threshold": {"$ref": "#/$defs/edge"},
        "measure": {
         "enum": [
          "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
          "flagRate"
         ]
        },
        "patients": {"$ref": "#/$defs/count"},
        "successes": {"$ref": "#/$defs/count"},
        "trials": {"$ref": "#/$defs/count"},
        "squaredSuccesses": {"$ref": "#/$defs/count"},
        "products": {"$ref": "#/$defs/count"},
        "squaredTrials": {"$ref": "#/$defs/count"}
       }
      },
      "column": {"type": "string", "minLength": 1, "maxLength": 100},
      "count": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
      "counts": {"type": "array", "items": {"$ref": "#/$defs/count"}, "maxItems": 11000, "minItems": 1},
      "dataClass": {"enum": ["clinical", "public", "synthetic"]},
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "edge": {
       "description": "strictly between 0 and 1",
       "type": "string",
       "maxLength": 40,
       "pattern": "^0\\.[0-9]*[1-9]$"
      },
      "edges": {
       "type": "array",
       "items": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
       "maxItems": 11000,
       "minItems": 2
      },
      "fixed12": {
       "description": "exactly 12 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{12}$"
      },
      "fixed8": {
       "description": "exactly 8 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{8}$"
      },
      "histogram": {
       "type": "object",
       "additionalProperties": false,
       "required": ["column", "cells"],
       "properties": {
        "column": {"$ref": "#/$defs/column"},
        "cells": {"oneOf": [{"$ref": "#/$defs/runs"}, {"$ref": "#/$defs/withheld"}]}
       }
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "level": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "positive", "negative", "unlabelled", "patients", "bins", "powers", "ranks",
          "averagePrecision", "fit", "clusters"
         ],
         "properties": {
          "positive": {"$ref": "#/$defs/counts"},
          "negative": {"$ref": "#/$defs/counts"},
          "unlabelled": {"oneOf": [{"$ref": "#/$defs/counts"}, {"$ref": "#/$defs/withheld"}]},
          "patients": {"$ref": "#/$defs/count"},
          "bins": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["positiveSum", "positiveSquares", "negativeSum", "negativeSquares"],
            "properties": {
             "positiveSum": {"$ref": "#/$defs/sum"},
             "positiveSquares": {"$ref": "#/$defs/sum"},
             "negativeSum": {"$ref": "#/$defs/sum"},
             "negativeSquares": {"$ref": "#/$defs/sum"}
            }
           },
           "maxItems": 201,
           "minItems": 1
          },
          "powers": {
           "type": "object",
           "additionalProperties": false,
           "required": ["positive", "negative"],
           "properties": {
            "positive": {"$ref": "#/$defs/powers"},
            "negative": {"$ref": "#/$defs/powers"}
           }
          },
          "ranks": {
           "type": "object",
           "additionalProperties": false,
           "required": [
            "positives", "negatives", "positiveSum", "positiveSquares", "negativeSum",
            "negativeSquares"
           ],
           "properties": {
            "positives": {"$ref": "#/$defs/count"},
            "negatives": {"$ref": "#/$defs/count"},
            "positiveSum": {"$ref": "#/$defs/sum"},
            "positiveSquares": {"$ref": "#/$defs/sum"},
            "negativeSum": {"$ref": "#/$defs/sum"},
            "negativeSquares": {"$ref": "#/$defs/sum"}
           }
          },
          "averagePrecision": {
           "oneOf": [
            {"$ref": "#/$defs/fixed12"},
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["status", "reason"],
             "properties": {"status": {"const": "notEvaluable"}, "reason": {"const": "tooFewEvents"}}
            }
           ]
          },
          "fit": {
           "oneOf": [
            {
             "type": "object",
             "additionalProperties": false,
             "required": [
              "calibrationInTheLarge", "calibrationInTheLargeError", "intercept", "slope",
              "interceptVariance", "covariance", "slopeVariance"
             ],
             "properties": {
              "calibrationInTheLarge": {"$ref": "#/$defs/fixed8"},
              "calibrationInTheLargeError": {"$ref": "#/$defs/fixed12"},
              "intercept": {"$ref": "#/$defs/fixed8"},
              "slope": {"$ref": "#/$defs/fixed8"},
              "interceptVariance": {"$ref": "#/$defs/fixed12"},
              "covariance": {"$ref": "#/$defs/fixed12"},
              "slopeVariance": {"$ref": "#/$defs/fixed12"}
             }
            },
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["status", "reason"],
             "properties": {
              "status": {"const": "notEvaluable"},
              "reason": {"enum": ["tooFewEvents", "constantScore", "separation", "notConverged"]}
             }
            }
           ]
          },
          "clusters": {"type": "array", "items": {"$ref": "#/$defs/cluster"}, "maxItems": 160},
          "paired": {"oneOf": [{"$ref": "#/$defs/paired"}, {"$ref": "#/$defs/withheld"}]}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["status"],
         "properties": {"status": {"enum": ["withheld", "empty"]}}
        }
       ]
      },
      "lowering": {
       "type": "object",
       "additionalProperties": false,
       "required": ["person", "reason"],
       "properties": {
        "person": {"type": "string", "minLength": 1, "maxLength": 200},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      },
      "overall": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "edges", "positive", "negative", "unlabelled", "patients", "bins", "powers", "ranks",
          "averagePrecision", "fit", "clusters"
         ],
         "properties": {
          "edges": {"$ref": "#/$defs/edges"},
          "positive": {"$ref": "#/$defs/counts"},
          "negative": {"$ref": "#/$defs/counts"},
          "unlabelled": {"oneOf": [{"$ref": "#/$defs/counts"}, {"$ref": "#/$defs/withheld"}]},
          "patients": {"$ref": "#/$defs/count"},
          "bins": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["positiveSum", "positiveSquares", "negativeSum", "negativeSquares"],
            "properties": {
             "positiveSum": {"$ref": "#/$defs/sum"},
             "positiveSquares": {"$ref": "#/$defs/sum"},
             "negativeSum": {"$ref": "#/$defs/sum"},
             "negativeSquares": {"$ref": "#/$defs/sum"}
            }
           },
           "maxItems": 201,
           "minItems": 1
          },
          "powers": {
           "type": "object",
           "additionalProperties": false,
           "required": ["positive", "negative"],
           "properties": {
            "positive": {"$ref": "#/$defs/powers"},
            "negative": {"$ref": "#/$defs/powers"}
           }
          },
          "ranks": {
           "type": "object",
           "additionalProperties": false,
           "required": [
            "positives", "negatives", "positiveSum", "positiveSquares", "negativeSum",
            "negativeSquares"
           ],
           "properties": {
            "positives": {"$ref": "#/$defs/count"},
            "negatives": {"$ref": "#/$defs/count"},
            "positiveSum": {"$ref": "#/$defs/sum"},
            "positiveSquares": {"$ref": "#/$defs/sum"},
            "negativeSum": {"$ref": "#/$defs/sum"},
            "negativeSquares": {"$ref": "#/$defs/sum"}
           }
          },
          "averagePrecision": {
           "oneOf": [
            {"$ref": "#/$defs/fixed12"},
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["status", "reason"],
             "properties": {"status": {"const": "notEvaluable"}, "reason": {"const": "tooFewEvents"}}
            }
           ]
          },
          "fit": {
           "oneOf": [
            {
             "type": "object",
             "additionalProperties": false,
             "required": [
              "calibrationInTheLarge", "calibrationInTheLargeError", "intercept", "slope",
              "interceptVariance", "covariance", "slopeVariance"
             ],
             "properties": {
              "calibrationInTheLarge": {"$ref": "#/$defs/fixed8"},
              "calibrationInTheLargeError": {"$ref": "#/$defs/fixed12"},
              "intercept": {"$ref": "#/$defs/fixed8"},
              "slope": {"$ref": "#/$defs/fixed8"},
              "interceptVariance": {"$ref": "#/$defs/fixed12"},
              "covariance": {"$ref": "#/$defs/fixed12"},
              "slopeVariance": {"$ref": "#/$defs/fixed12"}
             }
            },
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["status", "reason"],
             "properties": {
              "status": {"const": "notEvaluable"},
              "reason": {"enum": ["tooFewEvents", "constantScore", "separation", "notConverged"]}
             }
            }
           ]
          },
          "clusters": {"type": "array", "items": {"$ref": "#/$defs/cluster"}, "maxItems": 160},
          "paired": {"oneOf": [{"$ref": "#/$defs/paired"}, {"$ref": "#/$defs/withheld"}]}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["status"],
         "properties": {"status": {"enum": ["withheld", "empty"]}}
        }
       ]
      },
      "operations": {
       "type": "object",
       "additionalProperties": false,
       "required": ["alerts", "spared"],
       "properties": {
        "alerts": {"$ref": "#/$defs/count"},
        "spared": {"$ref": "#/$defs/count"},
        "responses": {"oneOf": [{"$ref": "#/$defs/runs"}, {"$ref": "#/$defs/withheld"}]},
        "acknowledgement": {"oneOf": [{"$ref": "#/$defs/runs"}, {"$ref": "#/$defs/withheld"}]}
       }
      },
      "explanation": {
       "description": "how far the score leans on each input",
       "type": "object",
       "additionalProperties": false,
       "required": ["overall", "attributes"],
       "properties": {
        "overall": {"$ref": "#/$defs/contributions"},
        "attributes": {
         "type": "array",
         "items": {
          "type": "array",
          "items": {"oneOf": [{"$ref": "#/$defs/contributions"}, {"$ref": "#/$defs/withheld"}]},
          "maxItems": 201
         },
         "maxItems": 64
        }
       }
      },
      "contributions": {
       "type": "object",
       "additionalProperties": false,
       "required": ["rows", "steps"],
       "properties": {
        "rows": {"type": "integer", "minimum": 0, "maximum": 100000},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/count"}, "minItems": 1, "maxItems": 2000}
       }
      },
      "paired": {
       "description": "model and baseline on the same rows",
       "type": "object",
       "additionalProperties": false,
       "required": ["thresholds", "positive", "negative", "unlabelled", "ranks"],
       "properties": {
        "thresholds": {
         "type": "array",
         "items": {"$ref": "#/$defs/edge"},
         "maxItems": 32,
         "minItems": 1
        },
        "positive": {"$ref": "#/$defs/pairedTable"},
        "negative": {"$ref": "#/$defs/pairedTable"},
        "unlabelled": {"oneOf": [{"$ref": "#/$defs/pairedTable"}, {"$ref": "#/$defs/withheld"}]},
        "ranks": {
         "oneOf": [
          {
           "type": "object",
           "additionalProperties": false,
           "required": [
            "positives", "negatives", "candidate", "baseline", "positiveProducts", "negativeProducts"
           ],
           "properties": {
            "positives": {"$ref": "#/$defs/count"},
            "negatives": {"$ref": "#/$defs/count"},
            "candidate": {"$ref": "#/$defs/pairedRanks"},
            "baseline": {"$ref": "#/$defs/pairedRanks"},
            "positiveProducts": {"$ref": "#/$defs/sum"},
            "negativeProducts": {"$ref": "#/$defs/sum"}
           }
          },
          {"$ref": "#/$defs/withheld"}
         ]
        }
       }
      },
      "pairedRanks": {
       "type": "object",
       "additionalProperties": false,
       "required": ["positiveSum", "positiveSquares", "negativeSum", "negativeSquares"],
       "properties": {
        "positiveSum": {"$ref": "#/$defs/sum"},
        "positiveSquares": {"$ref": "#/$defs/sum"},
        "negativeSum": {"$ref": "#/$defs/sum"},
        "negativeSquares": {"$ref": "#/$defs/sum"}
       }
      },
      "pairedTable": {
       "type": "array",
       "items": {"$ref": "#/$defs/count"},
       "maxItems": 1122,
       "minItems": 6
      },
      "powers": {
       "type": "object",
       "additionalProperties": false,
       "required": ["first", "second", "high"],
       "properties": {
        "first": {"$ref": "#/$defs/sum"},
        "second": {"$ref": "#/$defs/sum"},
        "high": {
         "oneOf": [
          {
           "type": "object",
           "additionalProperties": false,
           "required": ["third", "fourth"],
           "properties": {"third": {"$ref": "#/$defs/sum"}, "fourth": {"$ref": "#/$defs/sum"}}
          },
          {"$ref": "#/$defs/withheld"}
         ]
        }
       }
      },
      "runs": {
       "description": "neighbouring cells taken together",
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["first", "last", "rows"],
        "properties": {
         "first": {"type": "integer", "minimum": 0, "maximum": 1001},
         "last": {"type": "integer", "minimum": 0, "maximum": 1001},
         "rows": {"$ref": "#/$defs/count"}
        }
       },
       "maxItems": 1002,
       "minItems": 1
      },
      "sum": {
       "description": "units of 2^-32, or an integer that may exceed 2^53",
       "type": "string",
       "maxLength": 31,
       "pattern": "^(0|[1-9][0-9]*)$"
      },
      "unscored": {
       "type": "object",
       "additionalProperties": false,
       "required": ["missing", "invalid"],
       "properties": {"missing": {"$ref": "#/$defs/count"}, "invalid": {"$ref": "#/$defs/count"}}
      },
      "withheld": {
       "description": "what disclosure control kept back",
       "type": "object",
       "additionalProperties": false,
       "required": ["status"],
       "properties": {"status": {"const": "withheld"}}
      }
     }
    }

    """#
  ),
  (
    name: "bundle.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:bundle:v1",
     "title": "What a bundle is about",
     "description": "Form only; rules between fields: bundle.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "study", "protocol", "phase", "sequence", "sealedAt", "validUntil", "renderer"
     ],
     "properties": {
      "format": {"const": "evidence-bundle/0"},
      "study": {"$ref": "#/$defs/id"},
      "protocol": {"$ref": "#/$defs/digest"},
      "phase": {"$ref": "#/$defs/phase"},
      "sequence": {"type": "integer", "minimum": 1, "maximum": 1000000},
      "sealedAt": {"$ref": "#/$defs/time"},
      "validUntil": {"$ref": "#/$defs/time"},
      "renderer": {"type": "string", "minLength": 1, "maxLength": 60},
      "tenant": {"$ref": "#/$defs/id"},
      "round": {"$ref": "#/$defs/id"},
      "history": {
       "type": "object",
       "additionalProperties": false,
       "required": ["sequence", "digest"],
       "properties": {"sequence": {"type": "integer", "minimum": 1}, "digest": {"$ref": "#/$defs/digest"}}
      }
     },
     "dependentRequired": {
      "tenant": ["round", "history"], "round": ["tenant", "history"], "history": ["tenant", "round"]
     },
     "$defs": {
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "phase": {"enum": ["silent", "limited", "broad"]},
      "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
     }
    }

    """#
  ),
  (
    name: "dataset.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:dataset:v1",
     "title": "Dataset declaration",
     "description": "Form only; rules between fields: site-files.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "id", "dataClass", "source", "sourceVersion", "extractedAt", "deidentification"
     ],
     "properties": {
      "format": {"const": "urn:equipoise:dataset:v1"},
      "id": {"$ref": "#/$defs/id"},
      "dataClass": {"$ref": "#/$defs/dataClass"},
      "source": {"type": "string", "minLength": 1, "maxLength": 200},
      "sourceVersion": {"type": "string", "minLength": 1, "maxLength": 200},
      "extractedAt": {"$ref": "#/$defs/time"},
      "deidentification": {"type": "string", "minLength": 1, "maxLength": 2000},
      "license": {"type": "string", "minLength": 1, "maxLength": 200},
      "tables": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind"],
         "properties": {"kind": {"const": "csv"}}
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "query"],
         "properties": {
          "kind": {"const": "sqlite"},
          "query": {"type": "array", "items": {"type": "string", "maxLength": 2000}, "minItems": 1, "maxItems": 500}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "columns"],
         "properties": {
          "kind": {"const": "fhir"},
          "columns": {"type": "array", "items": {"$ref": "#/$defs/fhirColumn"}, "minItems": 1, "maxItems": 2000}
         }
        }
       ]
      },
      "cohortDefinition": {"$ref": "#/$defs/digest"},
      "labelDefinition": {"$ref": "#/$defs/digest"},
      "adjudication": {
       "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 500}, "minItems": 1, "maxItems": 20
      },
      "replaces": {
       "type": "object",
       "additionalProperties": false,
       "required": ["release", "reason"],
       "properties": {
        "release": {"$ref": "#/$defs/digest"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      },
      "dates": {"enum": ["year", "month", "day", "time"]},
      "encounterColumn": {"$ref": "#/$defs/column"},
      "surrogates": {"type": "array", "items": {"$ref": "#/$defs/column"}, "uniqueItems": true, "maxItems": 2000},
      "reviewed": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["column", "kind", "person", "reason"],
        "properties": {
         "column": {"$ref": "#/$defs/column"},
         "kind": {
          "enum": [
           "name", "geography", "date", "ageOver89", "phone", "fax", "email", "socialSecurityNumber",
           "medicalRecordNumber", "healthPlanNumber", "accountNumber", "licenceNumber", "vehicle", "device", "url",
           "ipAddress", "biometric", "photograph", "otherIdentifier", "freeText"
          ]
         },
         "person": {"type": "string", "minLength": 1, "maxLength": 200},
         "reason": {"type": "string", "minLength": 1, "maxLength": 500}
        }
       },
       "maxItems": 2000
      },
      "mapping": {
       "type": "object",
       "additionalProperties": false,
       "required": ["columns"],
       "properties": {
        "columns": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["column", "from"],
          "properties": {
           "column": {"$ref": "#/$defs/column"},
           "from": {"$ref": "#/$defs/column"},
           "unit": {"type": "string", "minLength": 1, "maxLength": 40},
           "codes": {
            "type": "array",
            "items": {
             "type": "object",
             "additionalProperties": false,
             "required": ["from", "to"],
             "properties": {
              "from": {"type": "string", "maxLength": 200},
              "to": {"type": "string", "maxLength": 200}
             }
            },
            "maxItems": 10000
           }
          }
         },
         "maxItems": 2000
        }
       }
      }
     },
     "$defs": {
      "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
      "column": {"type": "string", "minLength": 1, "maxLength": 100},
      "dataClass": {"enum": ["clinical", "public", "synthetic"]},
      "fhirCodes": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["system", "code"],
        "properties": {
         "system": {"type": "string", "minLength": 1, "maxLength": 500},
         "code": {"type": "string", "minLength": 1, "maxLength": 200}
        }
       },
       "minItems": 1,
       "maxItems": 1000
      },
      "fhirColumn": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "from"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "from": {"type": "string", "pattern": "^(patient|encounter)([.][A-Za-z0-9]+){1,8}$", "maxLength": 200},
          "system": {"type": "string", "minLength": 1, "maxLength": 500},
          "as": {"enum": ["time", "yearsAtStart"]}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "from", "codes", "value", "untilHour"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "from": {"const": "observation"},
          "codes": {"$ref": "#/$defs/fhirCodes"},
          "value": {"enum": ["first", "last", "min", "max"]},
          "unit": {"type": "string", "minLength": 1, "maxLength": 100},
          "fromHour": {"$ref": "#/$defs/hour"},
          "untilHour": {"$ref": "#/$defs/hour"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "from", "codes", "value"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "from": {"const": "condition"},
          "codes": {"$ref": "#/$defs/fhirCodes"},
          "value": {"const": "present"},
          "of": {"enum": ["encounter", "patient"]}
         }
        }
       ]
      },
      "hour": {"type": "integer", "minimum": -8784, "maximum": 8784},
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
     }
    }

    """#
  ),
  (
    name: "model-card.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:model-card:v1",
     "title": "Model card",
     "description": "Form only; rules between fields: bundle.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "name", "version", "developer", "contact", "summary", "intendedUse", "intendedUsers",
      "cautions", "limitations", "trainingData", "references"
     ],
     "properties": {
      "format": {"const": "urn:equipoise:model-card:v1"},
      "name": {"type": "string", "minLength": 1, "maxLength": 200},
      "version": {"type": "string", "minLength": 1, "maxLength": 100},
      "developer": {"type": "string", "minLength": 1, "maxLength": 200},
      "contact": {"type": "string", "minLength": 1, "maxLength": 200},
      "summary": {"type": "string", "minLength": 1, "maxLength": 2000},
      "intendedUse": {"type": "string", "minLength": 1, "maxLength": 2000},
      "intendedUsers": {"type": "string", "minLength": 1, "maxLength": 2000},
      "cautions": {
       "type": "array",
       "items": {"type": "string", "minLength": 1, "maxLength": 2000},
       "maxItems": 64
      },
      "limitations": {
       "type": "array",
       "items": {"type": "string", "minLength": 1, "maxLength": 2000},
       "maxItems": 64
      },
      "trainingData": {"type": "string", "minLength": 1, "maxLength": 2000},
      "references": {
       "type": "array",
       "items": {"type": "string", "minLength": 1, "maxLength": 2000},
       "maxItems": 64
      },
      "trainingDigest": {"type": "string", "minLength": 1, "maxLength": 100},
      "codeCommit": {"type": "string", "minLength": 1, "maxLength": 100},
      "environment": {"type": "string", "minLength": 1, "maxLength": 500}
     }
    }

    """#
  ),
  (
    name: "pooled-matrix.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:pooled-matrix:v1",
     "title": "Validation matrix of all validation sites",
     "description": "Form only; rules between fields: matrix.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "protocol", "aggregates", "notRun", "rows", "gaps", "trends"],
     "properties": {
      "format": {"const": "urn:equipoise:pooled-matrix:v1"},
      "protocol": {"$ref": "#/$defs/digest"},
      "aggregates": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["site", "digest"],
        "properties": {"site": {"$ref": "#/$defs/id"}, "digest": {"$ref": "#/$defs/digest"}}
       },
       "maxItems": 1000
      },
      "notRun": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
      "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}, "maxItems": 500000},
      "gaps": {"type": "array", "items": {"$ref": "#/$defs/gap"}, "maxItems": 500000},
      "trends": {"type": "array", "items": {"$ref": "#/$defs/trend"}, "maxItems": 500000},
      "explanation": {"type": "array", "items": {"$ref": "#/$defs/explanationRow"}, "minItems": 1, "maxItems": 500000}
     },
     "$defs": {
      "bounds": {
       "type": "object",
       "additionalProperties": false,
       "required": ["lower", "upper"],
       "properties": {"lower": {"$ref": "#/$defs/fixed12"}, "upper": {"$ref": "#/$defs/fixed12"}}
      },
      "bounds8": {
       "type": "object",
       "additionalProperties": false,
       "required": ["lower", "upper"],
       "properties": {"lower": {"$ref": "#/$defs/fixed8"}, "upper": {"$ref": "#/$defs/fixed8"}}
      },
      "explanationRow": {
       "description": "how far the score leans on each input, in a slice of a window",
       "type": "object",
       "additionalProperties": false,
       "required": ["window", "attribute", "level", "contributors", "withheld", "rows", "features"],
       "properties": {
        "window": {"$ref": "#/$defs/id"},
        "attribute": {"$ref": "#/$defs/id"},
        "level": {"$ref": "#/$defs/id"},
        "contributors": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "withheld": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "rows": {"$ref": "#/$defs/count"},
        "features": {"type": "array", "items": {"$ref": "#/$defs/explanationFeature"}, "maxItems": 2000},
        "fromOverall": {"$ref": "#/$defs/betweenBounds"}
       }
      },
      "explanationFeature": {
       "type": "object",
       "additionalProperties": false,
       "required": ["feature", "mean", "share"],
       "properties": {
        "feature": {"type": "string", "minLength": 1, "maxLength": 200},
        "mean": {"$ref": "#/$defs/betweenBounds"},
        "share": {"$ref": "#/$defs/betweenBounds"},
        "overallShare": {"$ref": "#/$defs/betweenBounds"}
       }
      },
      "betweenBounds": {
       "type": "object",
       "additionalProperties": false,
       "required": ["value", "lower", "upper"],
       "properties": {
        "value": {"$ref": "#/$defs/fixed12"},
        "lower": {"$ref": "#/$defs/fixed12"},
        "upper": {"$ref": "#/$defs/fixed12"}
       }
      },
      "count": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
      "digest": {"description": "SHA-256 of the bytes", "type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
      "edge": {
       "description": "strictly between 0 and 1",
       "type": "string",
       "maxLength": 40,
       "pattern": "^0\\.[0-9]*[1-9]$"
      },
      "fixed": {
       "description": "8 decimals where a solver iterates, else 12",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.([0-9]{8}|[0-9]{12})$"
      },
      "fixed12": {
       "description": "exactly 12 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{12}$"
      },
      "fixed8": {
       "description": "exactly 8 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{8}$"
      },
      "gap": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status", "difference", "method"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["pooledRows", "withinSite"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "estimated"},
          "difference": {"$ref": "#/$defs/fixed12"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "method": {"$ref": "#/$defs/method"},
          "pValue": {"$ref": "#/$defs/fixed12"},
          "adjustedPValue": {"$ref": "#/$defs/fixed12"},
          "ratio": {
           "type": "object",
           "additionalProperties": false,
           "required": ["value"],
           "properties": {
            "value": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["pooledRows", "withinSite"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "withheld"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status", "reason"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["pooledRows", "withinSite"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "notEvaluable"},
          "reason": {"$ref": "#/$defs/reason"}
         }
        }
       ]
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "measure": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "value", "method"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "estimated"},
          "value": {"$ref": "#/$defs/fixed"},
          "method": {"$ref": "#/$defs/method"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1},
          "lower": {"$ref": "#/$defs/fixed"},
          "upper": {"$ref": "#/$defs/fixed"},
          "successes": {"$ref": "#/$defs/count"},
          "trials": {"$ref": "#/$defs/count"},
          "randomEffects": {"$ref": "#/$defs/randomEffects"},
          "exact": {"$ref": "#/$defs/bounds"},
          "designEffect": {"$ref": "#/$defs/fixed12"},
          "withheldBounds": {"$ref": "#/$defs/bounds"},
          "pValue": {"$ref": "#/$defs/fixed"},
          "missingLabels": {
           "type": "object",
           "additionalProperties": false,
           "required": ["lowest", "highest"],
           "properties": {
            "lowest": {
             "type": "object",
             "additionalProperties": false,
             "required": ["value", "lower", "upper"],
             "properties": {
              "value": {"$ref": "#/$defs/fixed12"},
              "lower": {"$ref": "#/$defs/fixed12"},
              "upper": {"$ref": "#/$defs/fixed12"}
             }
            },
            "highest": {
             "type": "object",
             "additionalProperties": false,
             "required": ["value", "lower", "upper"],
             "properties": {
              "value": {"$ref": "#/$defs/fixed12"},
              "lower": {"$ref": "#/$defs/fixed12"},
              "upper": {"$ref": "#/$defs/fixed12"}
             }
            },
            "ignorable": {"$ref": "#/$defs/fixed12"}
           }
          },
          "paired": {
           "type": "object",
           "additionalProperties": false,
           "required": ["gained", "lost", "exactPValue", "tango"],
           "properties": {
            "gained": {"$ref": "#/$defs/count"},
            "lost": {"$ref": "#/$defs/count"},
            "exactPValue": {"$ref": "#/$defs/fixed12"},
            "tango": {"$ref": "#/$defs/bounds"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "lower", "upper"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "bounded"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "withheld"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "reason"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "notEvaluable"},
          "twoSites": {
           "type": "object",
           "additionalProperties": false,
           "required": ["first", "second", "difference", "lower", "upper"],
           "properties": {
            "first": {"$ref": "#/$defs/id"},
            "second": {"$ref": "#/$defs/id"},
            "difference": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"}
           }
          },
          "reason": {"$ref": "#/$defs/reason"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        }
       ]
      },
      "method": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z0-9-]+/v[0-9]+$"},
      "metric": {
       "enum": [
        "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate",
        "standardisedPositivePredictiveValue", "f1Score", "youdenIndex", "numberNeededToEvaluate",
        "netBenefit", "netBenefitGain", "standardisedNetBenefit", "interventionsAvoided",
        "sensitivityDifference", "specificityDifference", "netBenefitDifference",
        "positivePredictiveValueDifference", "negativePredictiveValueDifference", "prevalence",
        "brierScore", "scaledBrierScore", "observedExpectedRatio", "expectedCalibrationError",
        "debiasedSquaredCalibrationError", "spiegelhalterZ", "auroc", "aurocDifference",
        "averagePrecision", "calibrationInTheLarge", "calibrationIntercept", "calibrationSlope",
        "logisticCalibrationIndex", "alertRate", "overrideRate", "acknowledgedInTarget"
       ]
      },
      "randomEffects": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "sites", "tauSquared", "iSquared", "iSquaredFromQ", "q", "qPValue", "predictionLower",
        "predictionUpper", "hartungKnapp", "modified"
       ],
       "properties": {
        "sites": {"type": "integer", "minimum": 3, "maximum": 1000},
        "contributions": {
         "type": "array",
         "minItems": 3,
         "maxItems": 1000,
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["site", "weight"],
          "properties": {
           "site": {"$ref": "#/$defs/id"},
           "weight": {"$ref": "#/$defs/fixed8"},
           "without": {
            "type": "object",
            "additionalProperties": false,
            "required": ["value", "lower", "upper", "tauSquared"],
            "properties": {
             "value": {"$ref": "#/$defs/fixed8"},
             "lower": {"$ref": "#/$defs/fixed8"},
             "upper": {"$ref": "#/$defs/fixed8"},
             "tauSquared": {"$ref": "#/$defs/fixed8"}
            }
           }
          }
         }
        },
        "tauSquared": {"$ref": "#/$defs/fixed8"},
        "iSquared": {"$ref": "#/$defs/fixed8"},
        "iSquaredFromQ": {"$ref": "#/$defs/fixed8"},
        "q": {"$ref": "#/$defs/fixed8"},
        "qPValue": {"$ref": "#/$defs/fixed8"},
        "predictionLower": {"$ref": "#/$defs/fixed8"},
        "predictionUpper": {"$ref": "#/$defs/fixed8"},
        "tauSquaredBounds": {"$ref": "#/$defs/bounds8"},
        "hartungKnapp": {"$ref": "#/$defs/bounds8"},
        "modified": {"$ref": "#/$defs/bounds8"},
        "derSimonianLaird": {
         "type": "object",
         "additionalProperties": false,
         "required": ["tauSquared", "value", "lower", "upper"],
         "properties": {
          "tauSquared": {"$ref": "#/$defs/fixed8"},
          "value": {"$ref": "#/$defs/fixed8"},
          "lower": {"$ref": "#/$defs/fixed8"},
          "upper": {"$ref": "#/$defs/fixed8"}
         }
        }
       }
      },
      "reason": {
       "enum": [
        "noRows", "noEvents", "noNonEvents", "noFlagged", "noUnflagged", "noAlerts", "noVariance",
        "tooFewSites", "tooFewWindows", "tooFewEvents", "notReleased", "constantScore", "separation",
        "notConverged"
       ]
      },
      "row": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "window", "attribute", "level", "contributors", "withheld", "labelled", "events", "patients",
        "unlabelled", "measures"
       ],
       "properties": {
        "window": {"$ref": "#/$defs/id"},
        "attribute": {"$ref": "#/$defs/id"},
        "level": {"$ref": "#/$defs/id"},
        "contributors": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "withheld": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "labelled": {"$ref": "#/$defs/count"},
        "events": {"$ref": "#/$defs/count"},
        "unlabelled": {"oneOf": [{"$ref": "#/$defs/count"}, {"$ref": "#/$defs/withheld"}]},
        "measures": {"type": "array", "items": {"$ref": "#/$defs/measure"}, "maxItems": 2000},
        "reliability": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": [
           "lower", "upper", "rows", "events", "meanScore", "observed", "observedLower", "observedUpper"
          ],
          "properties": {
           "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "rows": {"$ref": "#/$defs/count"},
           "events": {"$ref": "#/$defs/count"},
           "meanScore": {"$ref": "#/$defs/fixed12"},
           "observed": {"$ref": "#/$defs/fixed12"},
           "observedLower": {"$ref": "#/$defs/fixed12"},
           "observedUpper": {"$ref": "#/$defs/fixed12"}
          }
         },
         "maxItems": 300,
         "minItems": 1
        },
        "decisionCurve": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["threshold", "netBenefit", "treatAll"],
          "properties": {
           "threshold": {"$ref": "#/$defs/edge"},
           "netBenefit": {"$ref": "#/$defs/fixed12"},
           "treatAll": {"$ref": "#/$defs/fixed12"}
          }
         },
         "maxItems": 20000,
         "minItems": 1
        },
        "patients": {"$ref": "#/$defs/count"},
        "decomposition": {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "reliability", "resolution", "uncertainty", "varianceWithinBins", "covarianceWithinBins",
          "expectedScore", "calibrationErrorByChance"
         ],
         "properties": {
          "reliability": {"$ref": "#/$defs/fixed12"},
          "resolution": {"$ref": "#/$defs/fixed12"},
          "uncertainty": {"$ref": "#/$defs/fixed12"},
          "varianceWithinBins": {"$ref": "#/$defs/fixed12"},
          "covarianceWithinBins": {"$ref": "#/$defs/fixed12"},
          "expectedScore": {"$ref": "#/$defs/fixed12"},
          "calibrationErrorByChance": {"$ref": "#/$defs/fixed12"}
         }
        },
        "distribution": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["lower", "upper", "events", "nonEvents"],
          "properties": {
           "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "events": {"$ref": "#/$defs/count"},
           "nonEvents": {"$ref": "#/$defs/count"}
          }
         },
         "maxItems": 20000,
         "minItems": 1
        },
        "acknowledgement": {
         "type": "object",
         "additionalProperties": false,
         "required": ["bins", "never"],
         "properties": {
          "bins": {
           "type": "array",
           "maxItems": 101,
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["lower", "alerts"],
            "properties": {
             "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?$"},
             "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?$"},
             "alerts": {"$ref": "#/$defs/count"}
            }
           }
          },
          "never": {"$ref": "#/$defs/count"},
          "medianBin": {"type": "integer", "minimum": 0, "maximum": 100}
         }
        }
       }
      },
      "trend": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "attribute", "level", "metric", "estimand", "status", "windows", "slope", "lower", "upper",
          "pValue", "method"
         ],
         "properties": {
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "auroc", "observedExpectedRatio", "sensitivity", "specificity", "positivePredictiveValue"
           ]
          },
          "estimand": {"enum": ["pooledRows", "randomEffects"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "estimated"},
          "windows": {"type": "integer", "minimum": 2, "maximum": 1000},
          "slope": {"$ref": "#/$defs/fixed12"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "pValue": {"$ref": "#/$defs/fixed12"},
          "method": {"$ref": "#/$defs/method"},
          "change": {
           "type": "object",
           "additionalProperties": false,
           "required": ["difference", "lower", "upper", "method"],
           "properties": {
            "difference": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"},
            "method": {"$ref": "#/$defs/method"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["attribute", "level", "metric", "estimand", "status", "reason"],
         "properties": {
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "auroc", "observedExpectedRatio", "sensitivity", "specificity", "positivePredictiveValue"
           ]
          },
          "estimand": {"enum": ["pooledRows", "randomEffects"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "notEvaluable"},
          "reason": {"$ref": "#/$defs/reason"}
         }
        }
       ]
      },
      "withheld": {
       "description": "what disclosure control kept back",
       "type": "object",
       "additionalProperties": false,
       "required": ["status"],
       "properties": {"status": {"const": "withheld"}}
      }
     }
    }

    """#
  ),
  (
    name: "protocol.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:protocol:v1",
     "title": "Evaluation protocol",
     "description": "Form only; rules between fields: protocol.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "id", "version", "study", "model", "data", "cohort", "label", "slices", "windows",
      "grid", "drift", "disclosure", "sites", "phases", "fallback", "evidence"
     ],
     "properties": {
      "format": {"const": "urn:equipoise:protocol:v1"},
      "id": {"$ref": "#/$defs/id"},
      "version": {"type": "integer", "minimum": 1, "maximum": 1000000},
      "study": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "title", "intendedUse", "targetPopulation", "riskCategory", "owner", "responsibilities"
       ],
       "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "intendedUse": {"type": "string", "minLength": 1, "maxLength": 2000},
        "targetPopulation": {"type": "string", "minLength": 1, "maxLength": 2000},
        "riskCategory": {"enum": ["low", "moderate", "high"]},
        "owner": {"type": "string", "minLength": 1, "maxLength": 200},
        "responsibilities": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["role", "who"],
          "properties": {
           "role": {"type": "string", "minLength": 1, "maxLength": 100},
           "who": {"type": "string", "minLength": 1, "maxLength": 200}
          }
         },
         "maxItems": 64
        }
       }
      },
      "model": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "id", "version", "artifact", "output", "scorePrecision", "thresholds", "kind", "features"
         ],
         "properties": {
          "id": {"$ref": "#/$defs/id"},
          "version": {"type": "string", "minLength": 1, "maxLength": 100},
          "artifact": {"$ref": "#/$defs/digest"},
          "output": {"type": "string", "minLength": 1, "maxLength": 2000},
          "scorePrecision": {
           "oneOf": [
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["kind"],
             "properties": {"kind": {"enum": ["binary64", "binary32"]}}
            },
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["kind", "digits"],
             "properties": {
              "kind": {"const": "decimals"},
              "digits": {"type": "integer", "minimum": 1, "maximum": 15}
             }
            }
           ]
          },
          "thresholds": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["value", "action"],
            "properties": {
             "value": {"$ref": "#/$defs/edge"},
             "action": {"type": "string", "minLength": 1, "maxLength": 500}
            }
           },
           "maxItems": 32,
           "minItems": 1
          },
          "kind": {"enum": ["logisticRegression", "treeEnsemble"]},
          "features": {"$ref": "#/$defs/digest"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["id", "version", "artifact", "output", "scorePrecision", "thresholds", "kind"],
         "properties": {
          "id": {"$ref": "#/$defs/id"},
          "version": {"type": "string", "minLength": 1, "maxLength": 100},
          "artifact": {"$ref": "#/$defs/digest"},
          "output": {"type": "string", "minLength": 1, "maxLength": 2000},
          "scorePrecision": {
           "oneOf": [
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["kind"],
             "properties": {"kind": {"enum": ["binary64", "binary32"]}}
            },
            {
             "type": "object",
             "additionalProperties": false,
             "required": ["kind", "digits"],
             "properties": {
              "kind": {"const": "decimals"},
              "digits": {"type": "integer", "minimum": 1, "maximum": 15}
             }
            }
           ]
          },
          "thresholds": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["value", "action"],
            "properties": {
             "value": {"$ref": "#/$defs/edge"},
             "action": {"type": "string", "minLength": 1, "maxLength": 500}
            }
           },
           "maxItems": 32,
           "minItems": 1
          },
          "kind": {"const": "recordedScore"}
         }
        }
       ]
      },
      "data": {
       "type": "object",
       "additionalProperties": false,
       "required": ["features", "maximumUnreadableShare"],
       "properties": {
        "features": {"type": "array", "items": {"$ref": "#/$defs/feature"}, "maxItems": 2000},
        "maximumUnreadableShare": {"$ref": "#/$defs/share"},
        "patientColumn": {"$ref": "#/$defs/column"}
       }
      },
      "cohort": {
       "type": "object",
       "additionalProperties": false,
       "required": ["description", "rules"],
       "properties": {
        "description": {"type": "string", "minLength": 1, "maxLength": 2000},
        "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}, "maxItems": 64}
       }
      },
      "label": {
       "type": "object",
       "additionalProperties": false,
       "required": ["description", "column", "positive", "negative", "outcomeWindow", "adjudication"],
       "properties": {
        "description": {"type": "string", "minLength": 1, "maxLength": 2000},
        "column": {"$ref": "#/$defs/column"},
        "positive": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 200},
         "maxItems": 100,
         "minItems": 1
        },
        "negative": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 200},
         "maxItems": 100,
         "minItems": 1
        },
        "outcomeWindow": {"type": "string", "minLength": 1, "maxLength": 2000},
        "adjudication": {"type": "string", "minLength": 1, "maxLength": 2000}
       }
      },
      "slices": {"type": "array", "items": {"$ref": "#/$defs/attribute"}, "maxItems": 64},
      "windows": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind"],
         "properties": {"kind": {"const": "undated"}}
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "column", "list"],
         "properties": {
          "kind": {"const": "dated"},
          "column": {"$ref": "#/$defs/column"},
          "list": {
           "type": "array",
           "items": {"$ref": "#/$defs/window"},
           "maxItems": 1000,
           "minItems": 1
          }
         }
        }
       ]
      },
      "grid": {
       "type": "object",
       "additionalProperties": false,
       "required": ["calibrationEdges", "fineEdges"],
       "properties": {
        "calibrationEdges": {"type": "array", "items": {"$ref": "#/$defs/edge"}, "maxItems": 200},
        "fineEdges": {"type": "array", "items": {"$ref": "#/$defs/edge"}, "maxItems": 10000}
       }
      },
      "drift": {
       "type": "object",
       "additionalProperties": false,
       "required": ["reference", "profiles"],
       "properties": {
        "reference": {"type": "string", "minLength": 1, "maxLength": 2000},
        "profiles": {"type": "array", "items": {"$ref": "#/$defs/profile"}, "maxItems": 2000},
        "stabilityLimit": {"$ref": "#/$defs/decimal"},
        "statement": {"$ref": "#/$defs/digest"}
       }
      },
      "disclosure": {
       "type": "object",
       "additionalProperties": false,
       "required": ["minimumCell", "minimumFitEvents"],
       "properties": {
        "minimumCell": {"type": "integer", "minimum": 2, "maximum": 1000},
        "minimumFitEvents": {"type": "integer", "minimum": 2, "maximum": 1000000}
       }
      },
      "sites": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "name", "role"],
        "properties": {
         "id": {"$ref": "#/$defs/id"},
         "name": {"type": "string", "minLength": 1, "maxLength": 200},
         "role": {"$ref": "#/$defs/siteRole"}
        }
       },
       "maxItems": 1000,
       "minItems": 1
      },
      "phases": {"type": "array", "items": {"$ref": "#/$defs/phasePlan"}, "maxItems": 3, "minItems": 1},
      "fallback": {"type": "string", "minLength": 1, "maxLength": 2000},
      "evidence": {
       "type": "object",
       "additionalProperties": false,
       "required": ["validityDays", "regulatory"],
       "properties": {
        "validityDays": {"type": "integer", "minimum": 1, "maximum": 36500},
        "regulatory": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 2000},
         "maxItems": 64
        }
       }
      },
      "amendment": {
       "type": "object",
       "additionalProperties": false,
       "required": ["previous", "reason"],
       "properties": {
        "previous": {"$ref": "#/$defs/digest"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 2000}
       }
      },
      "authorship": {
       "type": "object",
       "additionalProperties": false,
       "required": ["vendor", "protocolAuthors", "modelAuthors"],
       "properties": {
        "vendor": {"type": "string", "minLength": 1, "maxLength": 200},
        "protocolAuthors": {
         "type": "array",
         "items": {"$ref": "#/$defs/author"},
         "maxItems": 64,
         "minItems": 1
        },
        "modelAuthors": {
         "type": "array",
         "items": {"$ref": "#/$defs/author"},
         "maxItems": 64,
         "minItems": 1
        }
       }
      },
      "monitoring": {
       "type": "object",
       "additionalProperties": false,
       "required": ["everyDays", "openDays", "quorum", "looks"],
       "properties": {
        "everyDays": {"type": "integer", "minimum": 1, "maximum": 3650},
        "openDays": {"type": "integer", "minimum": 1, "maximum": 365},
        "quorum": {"type": "integer", "minimum": 1, "maximum": 1000},
        "looks": {"type": "integer", "minimum": 1, "maximum": 200}
       }
      },
      "baseline": {
       "type": "object",
       "additionalProperties": false,
       "required": ["name", "column", "thresholds"],
       "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "column": {"$ref": "#/$defs/column"},
        "thresholds": {
         "type": "array",
         "items": {"$ref": "#/$defs/decimal"},
         "maxItems": 32,
         "minItems": 1
        }
       }
      },
      "intersections": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "levels"],
        "properties": {
         "id": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "overall"}}]},
         "levels": {
          "type": "array",
          "items": {
           "type": "object",
           "additionalProperties": false,
           "required": ["attribute", "level"],
           "properties": {
            "attribute": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "overall"}}]},
            "level": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "missing"}}]}
           }
          },
          "maxItems": 4,
          "minItems": 2
         }
        }
       },
       "maxItems": 64
      },
      "analysis": {
       "type": "object",
       "additionalProperties": false,
       "properties": {
        "standardPrevalence": {"$ref": "#/$defs/edge"},
        "multiplicity": {"enum": ["holm", "benjaminiHochberg"]},
        "cusum": {
         "type": "object",
         "additionalProperties": false,
         "required": ["oddsRatio", "limit", "runLength"],
         "properties": {
          "oddsRatio": {"$ref": "#/$defs/positive"},
          "limit": {"$ref": "#/$defs/positive"},
          "runLength": {"type": "integer", "minimum": 2, "maximum": 100000}
         }
        },
        "explanation": {
         "type": "object",
         "additionalProperties": false,
         "required": ["features", "rows"],
         "properties": {
          "features": {
           "type": "array",
           "minItems": 1,
           "maxItems": 2000,
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["name", "largest"],
            "properties": {
             "name": {"type": "string", "minLength": 1, "maxLength": 200},
             "largest": {"$ref": "#/$defs/positive"}
            }
           }
          },
          "rows": {"type": "integer", "minimum": 1000, "maximum": 100000, "multipleOf": 1000}
         }
        }
       }
      },
      "operations": {
       "type": "object",
       "additionalProperties": false,
       "required": ["alert"],
       "properties": {
        "alert": {"$ref": "#/$defs/codedColumn"},
        "override": {"$ref": "#/$defs/codedColumn"},
        "acknowledgement": {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "unit", "edges", "target"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "unit": {"type": "string", "minLength": 1, "maxLength": 40},
          "edges": {
           "type": "array",
           "items": {"$ref": "#/$defs/positive"},
           "maxItems": 100,
           "minItems": 1
          },
          "target": {"$ref": "#/$defs/positive"}
         }
        }
       }
      }
     },
     "$defs": {
      "attribute": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["attribute", "column", "levels"],
         "properties": {
          "attribute": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "overall"}}]},
          "column": {"$ref": "#/$defs/column"},
          "reference": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "missing"}}]},
          "levels": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["level", "label", "codes"],
            "properties": {
             "level": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "missing"}}]},
             "label": {"type": "string", "minLength": 1, "maxLength": 100},
             "codes": {
              "type": "array",
              "items": {"type": "string", "minLength": 1, "maxLength": 200},
              "maxItems": 1000,
              "minItems": 1
             }
            }
           },
           "maxItems": 200,
           "minItems": 1
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["attribute", "column", "bands", "levels"],
         "properties": {
          "attribute": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "overall"}}]},
          "column": {"$ref": "#/$defs/column"},
          "reference": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "missing"}}]},
          "bands": {"type": "array", "items": {"$ref": "#/$defs/decimal"}, "maxItems": 199},
          "levels": {
           "type": "array",
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["level", "label"],
            "properties": {
             "level": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"const": "missing"}}]},
             "label": {"type": "string", "minLength": 1, "maxLength": 100}
            }
           },
           "maxItems": 200,
           "minItems": 1
          }
         }
        }
       ]
      },
      "author": {
       "type": "object",
       "additionalProperties": false,
       "required": ["name", "organisation"],
       "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 200},
        "organisation": {"type": "string", "minLength": 1, "maxLength": 200},
        "fingerprint": {"$ref": "#/$defs/digest"}
       }
      },
      "codedColumn": {
       "type": "object",
       "additionalProperties": false,
       "required": ["column", "values"],
       "properties": {
        "column": {"$ref": "#/$defs/column"},
        "values": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 200},
         "maxItems": 100,
         "minItems": 1
        }
       }
      },
      "column": {"type": "string", "minLength": 1, "maxLength": 100},
      "criterion": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "id", "rationale", "metric", "slice", "scope", "bound", "confidence", "comparison", "limit",
        "minimumEvents", "coverage"
       ],
       "properties": {
        "id": {"$ref": "#/$defs/id"},
        "rationale": {"type": "string", "minLength": 1, "maxLength": 500},
        "metric": {"$ref": "#/$defs/metric"},
        "slice": {
         "type": "object",
         "additionalProperties": false,
         "required": ["attribute"],
         "properties": {"attribute": {"$ref": "#/$defs/id"}, "level": {"$ref": "#/$defs/id"}}
        },
        "scope": {
         "enum": ["pooledRows", "withinSite", "randomEffects", "newSite", "everySite", "worstSite"]
        },
        "bound": {"enum": ["point", "lower", "upper"]},
        "confidence": {"const": "0.95"},
        "comparison": {"enum": ["atLeast", "atMost"]},
        "limit": {"$ref": "#/$defs/decimal"},
        "minimumEvents": {"type": "integer", "minimum": 1, "maximum": 1000000000},
        "coverage": {
         "type": "object",
         "additionalProperties": false,
         "required": ["minimumSites", "minimumRowShare", "whenWithheld"],
         "properties": {
          "minimumSites": {"type": "integer", "minimum": 1, "maximum": 1000},
          "minimumRowShare": {"$ref": "#/$defs/share"},
          "whenWithheld": {"enum": ["block", "list"]}
         }
        },
        "threshold": {"$ref": "#/$defs/edge"},
        "contrast": {"const": "gap"},
        "interval": {"const": "exact"},
        "profile": {"$ref": "#/$defs/column"},
        "window": {"const": "newest"},
        "looks": {
         "oneOf": [
          {
           "type": "object",
           "additionalProperties": false,
           "required": ["method"],
           "properties": {"method": {"const": "alwaysValid"}}
          },
          {
           "type": "object",
           "additionalProperties": false,
           "required": ["method", "planned"],
           "properties": {
            "method": {"const": "alphaSpending"},
            "planned": {"type": "integer", "minimum": 2, "maximum": 200}
           }
          }
         ]
        }
       }
      },
      "decimal": {
       "description": "the shortest plain decimal of a binary64: json.md, Decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^(0|-?(0\\.[0-9]*[1-9]|[1-9][0-9]*(\\.[0-9]*[1-9])?))$"
      },
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "edge": {
       "description": "strictly between 0 and 1",
       "type": "string",
       "maxLength": 40,
       "pattern": "^0\\.[0-9]*[1-9]$"
      },
      "feature": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "type"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "type": {"const": "number"},
          "unit": {"type": "string", "minLength": 1, "maxLength": 40},
          "lower": {"$ref": "#/$defs/decimal"},
          "upper": {"$ref": "#/$defs/decimal"},
          "missingValues": {"type": "array", "items": {"$ref": "#/$defs/decimal"}, "maxItems": 16}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["column", "type"],
         "properties": {
          "column": {"$ref": "#/$defs/column"},
          "type": {"const": "category"},
          "unit": {"type": "string", "minLength": 1, "maxLength": 40},
          "missingValues": {"type": "array", "maxItems": 0}
         }
        }
       ]
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "metric": {
       "enum": [
        "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate",
        "standardisedPositivePredictiveValue", "f1Score", "youdenIndex", "numberNeededToEvaluate",
        "netBenefit", "netBenefitGain", "standardisedNetBenefit", "interventionsAvoided",
        "sensitivityDifference", "specificityDifference", "netBenefitDifference",
        "positivePredictiveValueDifference", "negativePredictiveValueDifference", "prevalence",
        "brierScore", "scaledBrierScore", "observedExpectedRatio", "expectedCalibrationError",
        "debiasedSquaredCalibrationError", "spiegelhalterZ", "auroc", "aurocDifference",
        "averagePrecision", "calibrationInTheLarge", "calibrationIntercept", "calibrationSlope",
        "logisticCalibrationIndex", "alertRate", "overrideRate", "acknowledgedInTarget",
        "stabilityIndex", "cusum"
       ]
      },
      "phase": {"enum": ["silent", "limited", "broad"]},
      "phasePlan": {
       "type": "object",
       "additionalProperties": false,
       "required": ["phase", "exposure", "minimum", "goCriteria", "stopCriteria", "signOffs"],
       "properties": {
        "phase": {"$ref": "#/$defs/phase"},
        "exposure": {"type": "string", "minLength": 1, "maxLength": 2000},
        "minimum": {
         "type": "object",
         "additionalProperties": false,
         "required": ["sites", "rows", "events", "days"],
         "properties": {
          "sites": {"type": "integer", "minimum": 1, "maximum": 1000},
          "rows": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
          "events": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
          "days": {"type": "integer", "minimum": 0, "maximum": 36500}
         }
        },
        "goCriteria": {"type": "array", "items": {"$ref": "#/$defs/criterion"}, "maxItems": 200},
        "stopCriteria": {"type": "array", "items": {"$ref": "#/$defs/criterion"}, "maxItems": 200},
        "signOffs": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["role", "person", "organisation", "independence"],
          "properties": {
           "role": {"type": "string", "minLength": 1, "maxLength": 100},
           "person": {"type": "string", "minLength": 1, "maxLength": 200},
           "organisation": {"type": "string", "minLength": 1, "maxLength": 200},
           "independence": {
            "type": "array",
            "items": {
             "enum": [
              "notProtocolAuthor", "notModelAuthor", "notVendorEmployee", "distinctOrganisation"
             ]
            },
            "maxItems": 8
           },
           "fingerprint": {"$ref": "#/$defs/digest"}
          }
         },
         "maxItems": 64
        }
       }
      },
      "positive": {
       "description": "a decimal above 0",
       "type": "string",
       "maxLength": 40,
       "pattern": "^(0\\.[0-9]*[1-9]|[1-9][0-9]*(\\.[0-9]*[1-9])?)$"
      },
      "profile": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["of", "edges", "counts"],
         "properties": {
          "of": {"const": "score"},
          "edges": {"type": "array", "items": {"$ref": "#/$defs/edge"}, "maxItems": 1000},
          "counts": {
           "type": "array",
           "items": {"type": "integer", "minimum": 0, "maximum": 1000000000},
           "maxItems": 1002,
           "minItems": 1
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["of", "id", "counts"],
         "properties": {
          "of": {"const": "attribute"},
          "id": {"$ref": "#/$defs/id"},
          "counts": {
           "type": "array",
           "items": {"type": "integer", "minimum": 0, "maximum": 1000000000},
           "maxItems": 1002,
           "minItems": 1
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["of", "id", "edges", "counts"],
         "properties": {
          "of": {"const": "column"},
          "id": {"$ref": "#/$defs/column"},
          "edges": {"type": "array", "items": {"$ref": "#/$defs/decimal"}, "maxItems": 1000},
          "counts": {
           "type": "array",
           "items": {"type": "integer", "minimum": 0, "maximum": 1000000000},
           "maxItems": 1002,
           "minItems": 1
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["of", "id", "levels", "counts"],
         "properties": {
          "of": {"const": "column"},
          "id": {"$ref": "#/$defs/column"},
          "levels": {
           "type": "array",
           "items": {"type": "string", "minLength": 1, "maxLength": 200},
           "maxItems": 1000,
           "minItems": 1
          },
          "counts": {
           "type": "array",
           "items": {"type": "integer", "minimum": 0, "maximum": 1000000000},
           "maxItems": 1002,
           "minItems": 1
          }
         }
        }
       ]
      },
      "rule": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "column", "value"],
         "properties": {
          "kind": {"const": "equals"},
          "column": {"$ref": "#/$defs/column"},
          "value": {"type": "string", "minLength": 1, "maxLength": 200}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "column", "values"],
         "properties": {
          "kind": {"const": "in"},
          "column": {"$ref": "#/$defs/column"},
          "values": {
           "type": "array",
           "items": {"type": "string", "minLength": 1, "maxLength": 200},
           "maxItems": 1000,
           "minItems": 1
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "column"],
         "properties": {
          "kind": {"const": "range"},
          "column": {"$ref": "#/$defs/column"},
          "lower": {"$ref": "#/$defs/decimal"},
          "upper": {"$ref": "#/$defs/decimal"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "column"],
         "properties": {"kind": {"const": "notEmpty"}, "column": {"$ref": "#/$defs/column"}}
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["kind", "by"],
         "properties": {"kind": {"const": "firstPerPatient"}, "by": {"$ref": "#/$defs/column"}}
        }
       ]
      },
      "share": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
      "siteRole": {"enum": ["development", "validation"]},
      "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
      "window": {
       "type": "object",
       "additionalProperties": false,
       "required": ["id", "start", "end"],
       "properties": {
        "id": {"allOf": [{"$ref": "#/$defs/id"}, {"not": {"enum": ["all", "undated"]}}]},
        "start": {"$ref": "#/$defs/time"},
        "end": {"$ref": "#/$defs/time"}
       }
      }
     }
    }

    """#
  ),
  (
    name: "site-context.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:site-context:v1",
     "title": "What a site says of its dataset",
     "description": "Form only; rules between fields: submission.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "site", "dataset", "dataClass", "source", "sourceVersion", "extractedAt",
      "deidentification"
     ],
     "properties": {
      "format": {"const": "urn:equipoise:site-context:v1"},
      "site": {"$ref": "#/$defs/id"},
      "dataset": {"$ref": "#/$defs/id"},
      "dataClass": {"$ref": "#/$defs/dataClass"},
      "source": {"type": "string", "minLength": 1, "maxLength": 2000},
      "sourceVersion": {"type": "string", "minLength": 1, "maxLength": 200},
      "extractedAt": {"$ref": "#/$defs/time"},
      "deidentification": {"type": "string", "minLength": 1, "maxLength": 2000},
      "adjudication": {
       "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 500}, "minItems": 1, "maxItems": 20
      },
      "replaces": {
       "type": "object",
       "additionalProperties": false,
       "required": ["release", "reason"],
       "properties": {
        "release": {"$ref": "#/$defs/digest"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      },
      "license": {"type": "string", "minLength": 1, "maxLength": 2000},
      "deviations": {"type": "string", "minLength": 1, "maxLength": 2000}
     },
     "$defs": {
      "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
      "dataClass": {"enum": ["clinical", "public", "synthetic"]},
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
     }
    }

    """#
  ),
  (
    name: "site-matrix.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:site-matrix:v1",
     "title": "Validation matrix of one site",
     "description": "Form only; rules between fields: matrix.md",
     "type": "object",
     "additionalProperties": false,
     "required": [
      "format", "protocol", "site", "role", "aggregate", "minimumCell", "dataClass", "rows", "gaps",
      "trends", "drift", "cusum"
     ],
     "properties": {
      "format": {"const": "urn:equipoise:site-matrix:v1"},
      "protocol": {"$ref": "#/$defs/digest"},
      "site": {"$ref": "#/$defs/id"},
      "role": {"$ref": "#/$defs/siteRole"},
      "aggregate": {"$ref": "#/$defs/digest"},
      "minimumCell": {"type": "integer", "minimum": 2, "maximum": 1000000},
      "dataClass": {"$ref": "#/$defs/dataClass"},
      "rows": {"type": "array", "items": {"$ref": "#/$defs/row"}, "maxItems": 500000},
      "gaps": {"type": "array", "items": {"$ref": "#/$defs/gap"}, "maxItems": 500000},
      "trends": {"type": "array", "items": {"$ref": "#/$defs/trend"}, "maxItems": 500000},
      "drift": {"type": "array", "items": {"$ref": "#/$defs/driftRow"}, "maxItems": 500000},
      "cusum": {"type": "array", "items": {"$ref": "#/$defs/cusumRow"}, "maxItems": 1000},
      "explanation": {"type": "array", "items": {"$ref": "#/$defs/explanationRow"}, "minItems": 1, "maxItems": 500000}
     },
     "$defs": {
      "bounds": {
       "type": "object",
       "additionalProperties": false,
       "required": ["lower", "upper"],
       "properties": {"lower": {"$ref": "#/$defs/fixed12"}, "upper": {"$ref": "#/$defs/fixed12"}}
      },
      "bounds8": {
       "type": "object",
       "additionalProperties": false,
       "required": ["lower", "upper"],
       "properties": {"lower": {"$ref": "#/$defs/fixed8"}, "upper": {"$ref": "#/$defs/fixed8"}}
      },
      "explanationRow": {
       "description": "how far the score leans on each input, in a slice of a window",
       "type": "object",
       "additionalProperties": false,
       "required": ["window", "attribute", "level", "contributors", "withheld", "rows", "features"],
       "properties": {
        "window": {"$ref": "#/$defs/id"},
        "attribute": {"$ref": "#/$defs/id"},
        "level": {"$ref": "#/$defs/id"},
        "contributors": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "withheld": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "rows": {"$ref": "#/$defs/count"},
        "features": {"type": "array", "items": {"$ref": "#/$defs/explanationFeature"}, "maxItems": 2000},
        "fromOverall": {"$ref": "#/$defs/betweenBounds"},
        "fromFirst": {"$ref": "#/$defs/explanationDistance"}
       }
      },
      "explanationFeature": {
       "type": "object",
       "additionalProperties": false,
       "required": ["feature", "mean", "share"],
       "properties": {
        "feature": {"type": "string", "minLength": 1, "maxLength": 200},
        "mean": {"$ref": "#/$defs/betweenBounds"},
        "share": {"$ref": "#/$defs/betweenBounds"},
        "overallShare": {"$ref": "#/$defs/betweenBounds"},
        "change": {"$ref": "#/$defs/betweenBounds"}
       }
      },
      "explanationDistance": {
       "type": "object",
       "additionalProperties": false,
       "required": ["window", "value", "lower", "upper"],
       "properties": {
        "window": {"$ref": "#/$defs/id"},
        "value": {"$ref": "#/$defs/fixed12"},
        "lower": {"$ref": "#/$defs/fixed12"},
        "upper": {"$ref": "#/$defs/fixed12"}
       }
      },
      "betweenBounds": {
       "type": "object",
       "additionalProperties": false,
       "required": ["value", "lower", "upper"],
       "properties": {
        "value": {"$ref": "#/$defs/fixed12"},
        "lower": {"$ref": "#/$defs/fixed12"},
        "upper": {"$ref": "#/$defs/fixed12"}
       }
      },
      "column": {"type": "string", "minLength": 1, "maxLength": 100},
      "count": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
      "cusumRow": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "status", "increment", "value", "signals"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "status": {"const": "counted"},
          "increment": {"$ref": "#/$defs/fixed12"},
          "value": {"$ref": "#/$defs/fixed12"},
          "signals": {"type": "boolean"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "status"],
         "properties": {"window": {"$ref": "#/$defs/id"}, "status": {"enum": ["withheld", "noRows"]}}
        }
       ]
      },
      "dataClass": {"enum": ["clinical", "public", "synthetic"]},
      "digest": {"description": "SHA-256 of the bytes", "type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
      "driftRow": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "window", "profile", "status", "rows", "cells", "stabilityIndex", "noise", "klDivergence",
          "jsDivergence"
         ],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "profile": {"$ref": "#/$defs/column"},
          "status": {"const": "estimated"},
          "rows": {"$ref": "#/$defs/count"},
          "cells": {"type": "integer", "minimum": 2, "maximum": 1002},
          "stabilityIndex": {"$ref": "#/$defs/fixed12"},
          "noise": {"$ref": "#/$defs/fixed8"},
          "assessment": {
           "type": "object",
           "additionalProperties": false,
           "required": ["pValue", "upperLimit", "verdict"],
           "properties": {
            "pValue": {"$ref": "#/$defs/fixed12"},
            "upperLimit": {"$ref": "#/$defs/fixed8"},
            "verdict": {"enum": ["drift", "stable", "underpowered"]}
           }
          },
          "klDivergence": {"$ref": "#/$defs/fixed12"},
          "jsDivergence": {"$ref": "#/$defs/fixed12"},
          "chiSquared": {
           "type": "object",
           "additionalProperties": false,
           "required": ["statistic", "degreesOfFreedom", "pValue", "g", "cramersV"],
           "properties": {
            "statistic": {"$ref": "#/$defs/fixed12"},
            "degreesOfFreedom": {"type": "integer", "minimum": 1, "maximum": 2000},
            "pValue": {"$ref": "#/$defs/fixed12"},
            "g": {"$ref": "#/$defs/fixed12"},
            "cramersV": {"$ref": "#/$defs/fixed12"}
           }
          },
          "ks": {"$ref": "#/$defs/bounds"},
          "wasserstein": {"$ref": "#/$defs/bounds"},
          "missing": {"$ref": "#/$defs/shareShift"},
          "outside": {"$ref": "#/$defs/shareShift"},
          "outsideLimit": {"$ref": "#/$defs/fixed12"},
          "unlabelledPrevalence": {"$ref": "#/$defs/fixed8"},
          "priorShift": {
           "type": "object",
           "additionalProperties": false,
           "required": ["explained", "remainder"],
           "properties": {"explained": {"$ref": "#/$defs/fixed12"}, "remainder": {"$ref": "#/$defs/fixed12"}}
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "profile", "status"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "profile": {"$ref": "#/$defs/column"},
          "status": {"const": "withheld"},
          "unlabelledPrevalence": {"$ref": "#/$defs/fixed8"},
          "priorShift": {
           "type": "object",
           "additionalProperties": false,
           "required": ["explained", "remainder"],
           "properties": {"explained": {"$ref": "#/$defs/fixed12"}, "remainder": {"$ref": "#/$defs/fixed12"}}
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "profile", "status"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "profile": {"$ref": "#/$defs/column"},
          "status": {"const": "notEvaluable"},
          "unlabelledPrevalence": {"$ref": "#/$defs/fixed8"},
          "priorShift": {
           "type": "object",
           "additionalProperties": false,
           "required": ["explained", "remainder"],
           "properties": {"explained": {"$ref": "#/$defs/fixed12"}, "remainder": {"$ref": "#/$defs/fixed12"}}
          }
         }
        }
       ]
      },
      "edge": {
       "description": "strictly between 0 and 1",
       "type": "string",
       "maxLength": 40,
       "pattern": "^0\\.[0-9]*[1-9]$"
      },
      "fixed": {
       "description": "8 decimals where a solver iterates, else 12",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.([0-9]{8}|[0-9]{12})$"
      },
      "fixed12": {
       "description": "exactly 12 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{12}$"
      },
      "fixed8": {
       "description": "exactly 8 decimals",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.[0-9]{8}$"
      },
      "gap": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status", "difference", "method"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["site"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "estimated"},
          "difference": {"$ref": "#/$defs/fixed12"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "method": {"$ref": "#/$defs/method"},
          "pValue": {"$ref": "#/$defs/fixed12"},
          "adjustedPValue": {"$ref": "#/$defs/fixed12"},
          "ratio": {
           "type": "object",
           "additionalProperties": false,
           "required": ["value"],
           "properties": {
            "value": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["site"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "withheld"}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["window", "attribute", "level", "metric", "estimand", "status", "reason"],
         "properties": {
          "window": {"$ref": "#/$defs/id"},
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "against": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue",
            "flagRate", "auroc", "observedExpectedRatio", "calibrationSlope"
           ]
          },
          "estimand": {"enum": ["site"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "notEvaluable"},
          "reason": {"$ref": "#/$defs/reason"}
         }
        }
       ]
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "measure": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "value", "method"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "estimated"},
          "value": {"$ref": "#/$defs/fixed"},
          "method": {"$ref": "#/$defs/method"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1},
          "lower": {"$ref": "#/$defs/fixed"},
          "upper": {"$ref": "#/$defs/fixed"},
          "successes": {"$ref": "#/$defs/count"},
          "trials": {"$ref": "#/$defs/count"},
          "randomEffects": {"$ref": "#/$defs/randomEffects"},
          "exact": {"$ref": "#/$defs/bounds"},
          "designEffect": {"$ref": "#/$defs/fixed12"},
          "withheldBounds": {"$ref": "#/$defs/bounds"},
          "pValue": {"$ref": "#/$defs/fixed"},
          "missingLabels": {
           "type": "object",
           "additionalProperties": false,
           "required": ["lowest", "highest"],
           "properties": {
            "lowest": {
             "type": "object",
             "additionalProperties": false,
             "required": ["value", "lower", "upper"],
             "properties": {
              "value": {"$ref": "#/$defs/fixed12"},
              "lower": {"$ref": "#/$defs/fixed12"},
              "upper": {"$ref": "#/$defs/fixed12"}
             }
            },
            "highest": {
             "type": "object",
             "additionalProperties": false,
             "required": ["value", "lower", "upper"],
             "properties": {
              "value": {"$ref": "#/$defs/fixed12"},
              "lower": {"$ref": "#/$defs/fixed12"},
              "upper": {"$ref": "#/$defs/fixed12"}
             }
            },
            "ignorable": {"$ref": "#/$defs/fixed12"}
           }
          },
          "paired": {
           "type": "object",
           "additionalProperties": false,
           "required": ["gained", "lost", "exactPValue", "tango"],
           "properties": {
            "gained": {"$ref": "#/$defs/count"},
            "lost": {"$ref": "#/$defs/count"},
            "exactPValue": {"$ref": "#/$defs/fixed12"},
            "tango": {"$ref": "#/$defs/bounds"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "lower", "upper"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "bounded"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "withheld"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["metric", "estimand", "status", "reason"],
         "properties": {
          "metric": {"$ref": "#/$defs/metric"},
          "estimand": {"enum": ["site", "pooledRows", "withinSite", "randomEffects"]},
          "status": {"const": "notEvaluable"},
          "twoSites": {
           "type": "object",
           "additionalProperties": false,
           "required": ["first", "second", "difference", "lower", "upper"],
           "properties": {
            "first": {"$ref": "#/$defs/id"},
            "second": {"$ref": "#/$defs/id"},
            "difference": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"}
           }
          },
          "reason": {"$ref": "#/$defs/reason"},
          "threshold": {"$ref": "#/$defs/edge"},
          "omitted": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000, "minItems": 1}
         }
        }
       ]
      },
      "method": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z0-9-]+/v[0-9]+$"},
      "metric": {
       "enum": [
        "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate",
        "standardisedPositivePredictiveValue", "f1Score", "youdenIndex", "numberNeededToEvaluate",
        "netBenefit", "netBenefitGain", "standardisedNetBenefit", "interventionsAvoided",
        "sensitivityDifference", "specificityDifference", "netBenefitDifference",
        "positivePredictiveValueDifference", "negativePredictiveValueDifference", "prevalence",
        "brierScore", "scaledBrierScore", "observedExpectedRatio", "expectedCalibrationError",
        "debiasedSquaredCalibrationError", "spiegelhalterZ", "auroc", "aurocDifference",
        "averagePrecision", "calibrationInTheLarge", "calibrationIntercept", "calibrationSlope",
        "logisticCalibrationIndex", "alertRate", "overrideRate", "acknowledgedInTarget"
       ]
      },
      "randomEffects": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "sites", "tauSquared", "iSquared", "iSquaredFromQ", "q", "qPValue", "predictionLower",
        "predictionUpper", "hartungKnapp", "modified"
       ],
       "properties": {
        "sites": {"type": "integer", "minimum": 3, "maximum": 1000},
        "contributions": {
         "type": "array",
         "minItems": 3,
         "maxItems": 1000,
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["site", "weight"],
          "properties": {
           "site": {"$ref": "#/$defs/id"},
           "weight": {"$ref": "#/$defs/fixed8"},
           "without": {
            "type": "object",
            "additionalProperties": false,
            "required": ["value", "lower", "upper", "tauSquared"],
            "properties": {
             "value": {"$ref": "#/$defs/fixed8"},
             "lower": {"$ref": "#/$defs/fixed8"},
             "upper": {"$ref": "#/$defs/fixed8"},
             "tauSquared": {"$ref": "#/$defs/fixed8"}
            }
           }
          }
         }
        },
        "tauSquared": {"$ref": "#/$defs/fixed8"},
        "iSquared": {"$ref": "#/$defs/fixed8"},
        "iSquaredFromQ": {"$ref": "#/$defs/fixed8"},
        "q": {"$ref": "#/$defs/fixed8"},
        "qPValue": {"$ref": "#/$defs/fixed8"},
        "predictionLower": {"$ref": "#/$defs/fixed8"},
        "predictionUpper": {"$ref": "#/$defs/fixed8"},
        "tauSquaredBounds": {"$ref": "#/$defs/bounds8"},
        "hartungKnapp": {"$ref": "#/$defs/bounds8"},
        "modified": {"$ref": "#/$defs/bounds8"},
        "derSimonianLaird": {
         "type": "object",
         "additionalProperties": false,
         "required": ["tauSquared", "value", "lower", "upper"],
         "properties": {
          "tauSquared": {"$ref": "#/$defs/fixed8"},
          "value": {"$ref": "#/$defs/fixed8"},
          "lower": {"$ref": "#/$defs/fixed8"},
          "upper": {"$ref": "#/$defs/fixed8"}
         }
        }
       }
      },
      "reason": {
       "enum": [
        "noRows", "noEvents", "noNonEvents", "noFlagged", "noUnflagged", "noAlerts", "noVariance",
        "tooFewSites", "tooFewWindows", "tooFewEvents", "notReleased", "constantScore", "separation",
        "notConverged"
       ]
      },
      "row": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "window", "attribute", "level", "contributors", "withheld", "labelled", "events", "patients",
        "unlabelled", "measures"
       ],
       "properties": {
        "window": {"$ref": "#/$defs/id"},
        "attribute": {"$ref": "#/$defs/id"},
        "level": {"$ref": "#/$defs/id"},
        "contributors": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "withheld": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 1000},
        "labelled": {"$ref": "#/$defs/count"},
        "events": {"$ref": "#/$defs/count"},
        "unlabelled": {"oneOf": [{"$ref": "#/$defs/count"}, {"$ref": "#/$defs/withheld"}]},
        "measures": {"type": "array", "items": {"$ref": "#/$defs/measure"}, "maxItems": 2000},
        "reliability": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": [
           "lower", "upper", "rows", "events", "meanScore", "observed", "observedLower", "observedUpper"
          ],
          "properties": {
           "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "rows": {"$ref": "#/$defs/count"},
           "events": {"$ref": "#/$defs/count"},
           "meanScore": {"$ref": "#/$defs/fixed12"},
           "observed": {"$ref": "#/$defs/fixed12"},
           "observedLower": {"$ref": "#/$defs/fixed12"},
           "observedUpper": {"$ref": "#/$defs/fixed12"}
          }
         },
         "maxItems": 300,
         "minItems": 1
        },
        "decisionCurve": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["threshold", "netBenefit", "treatAll"],
          "properties": {
           "threshold": {"$ref": "#/$defs/edge"},
           "netBenefit": {"$ref": "#/$defs/fixed12"},
           "treatAll": {"$ref": "#/$defs/fixed12"}
          }
         },
         "maxItems": 20000,
         "minItems": 1
        },
        "patients": {"$ref": "#/$defs/count"},
        "decomposition": {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "reliability", "resolution", "uncertainty", "varianceWithinBins", "covarianceWithinBins",
          "expectedScore", "calibrationErrorByChance"
         ],
         "properties": {
          "reliability": {"$ref": "#/$defs/fixed12"},
          "resolution": {"$ref": "#/$defs/fixed12"},
          "uncertainty": {"$ref": "#/$defs/fixed12"},
          "varianceWithinBins": {"$ref": "#/$defs/fixed12"},
          "covarianceWithinBins": {"$ref": "#/$defs/fixed12"},
          "expectedScore": {"$ref": "#/$defs/fixed12"},
          "calibrationErrorByChance": {"$ref": "#/$defs/fixed12"}
         }
        },
        "distribution": {
         "type": "array",
         "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["lower", "upper", "events", "nonEvents"],
          "properties": {
           "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|1|0\\.[0-9]*[1-9])$"},
           "events": {"$ref": "#/$defs/count"},
           "nonEvents": {"$ref": "#/$defs/count"}
          }
         },
         "maxItems": 20000,
         "minItems": 1
        },
        "acknowledgement": {
         "type": "object",
         "additionalProperties": false,
         "required": ["bins", "never"],
         "properties": {
          "bins": {
           "type": "array",
           "maxItems": 101,
           "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["lower", "alerts"],
            "properties": {
             "lower": {"type": "string", "maxLength": 40, "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?$"},
             "upper": {"type": "string", "maxLength": 40, "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?$"},
             "alerts": {"$ref": "#/$defs/count"}
            }
           }
          },
          "never": {"$ref": "#/$defs/count"},
          "medianBin": {"type": "integer", "minimum": 0, "maximum": 100}
         }
        }
       }
      },
      "shareShift": {
       "type": "object",
       "additionalProperties": false,
       "required": ["share", "reference", "difference", "lower", "upper"],
       "properties": {
        "share": {"$ref": "#/$defs/fixed12"},
        "reference": {"$ref": "#/$defs/fixed12"},
        "difference": {"$ref": "#/$defs/fixed12"},
        "lower": {"$ref": "#/$defs/fixed12"},
        "upper": {"$ref": "#/$defs/fixed12"}
       }
      },
      "siteRole": {"enum": ["development", "validation"]},
      "trend": {
       "oneOf": [
        {
         "type": "object",
         "additionalProperties": false,
         "required": [
          "attribute", "level", "metric", "estimand", "status", "windows", "slope", "lower", "upper",
          "pValue", "method"
         ],
         "properties": {
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "auroc", "observedExpectedRatio", "sensitivity", "specificity", "positivePredictiveValue"
           ]
          },
          "estimand": {"enum": ["site"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "estimated"},
          "windows": {"type": "integer", "minimum": 2, "maximum": 1000},
          "slope": {"$ref": "#/$defs/fixed12"},
          "lower": {"$ref": "#/$defs/fixed12"},
          "upper": {"$ref": "#/$defs/fixed12"},
          "pValue": {"$ref": "#/$defs/fixed12"},
          "method": {"$ref": "#/$defs/method"},
          "change": {
           "type": "object",
           "additionalProperties": false,
           "required": ["difference", "lower", "upper", "method"],
           "properties": {
            "difference": {"$ref": "#/$defs/fixed12"},
            "lower": {"$ref": "#/$defs/fixed12"},
            "upper": {"$ref": "#/$defs/fixed12"},
            "method": {"$ref": "#/$defs/method"}
           }
          }
         }
        },
        {
         "type": "object",
         "additionalProperties": false,
         "required": ["attribute", "level", "metric", "estimand", "status", "reason"],
         "properties": {
          "attribute": {"$ref": "#/$defs/id"},
          "level": {"$ref": "#/$defs/id"},
          "metric": {
           "enum": [
            "auroc", "observedExpectedRatio", "sensitivity", "specificity", "positivePredictiveValue"
           ]
          },
          "estimand": {"enum": ["site"]},
          "threshold": {"$ref": "#/$defs/edge"},
          "status": {"const": "notEvaluable"},
          "reason": {"$ref": "#/$defs/reason"}
         }
        }
       ]
      },
      "withheld": {
       "description": "what disclosure control kept back",
       "type": "object",
       "additionalProperties": false,
       "required": ["status"],
       "properties": {"status": {"const": "withheld"}}
      }
     }
    }

    """#
  ),
  (
    name: "site-policy.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:site-policy:v1",
     "title": "Disclosure policy of a site",
     "description": "Form only; rules between fields: site-files.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "minimumCell"],
     "properties": {
      "format": {"const": "urn:equipoise:site-policy:v1"},
      "minimumCell": {"type": "integer", "minimum": 2, "maximum": 1000000},
      "lowering": {"$ref": "#/$defs/lowering"}
     },
     "if": {"properties": {"minimumCell": {"maximum": 10}}},
     "then": {"required": ["lowering"]},
     "$defs": {
      "lowering": {
       "type": "object",
       "additionalProperties": false,
       "required": ["person", "reason"],
       "properties": {
        "person": {"type": "string", "minLength": 1, "maxLength": 200},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      }
     }
    }

    """#
  ),
  (
    name: "study-history.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:study-history:v1",
     "title": "History of a study",
     "description": "Form only; the chain and rules between events: gates.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "study", "events"],
     "properties": {
      "format": {"const": "urn:equipoise:study-history:v1"},
      "study": {"$ref": "#/$defs/id"},
      "events": {"type": "array", "items": {"$ref": "#/$defs/event"}, "maxItems": 1000000}
     },
     "$defs": {
      "acknowledged": {
       "required": ["site", "about", "number", "receivedAt", "effectiveAt", "drill", "statement"],
       "properties": {
        "site": {"$ref": "#/$defs/id"},
        "about": {"enum": ["grant", "stopOrder", "disabled", "enabled"]},
        "number": {"$ref": "#/$defs/number"},
        "receivedAt": {"$ref": "#/$defs/time"},
        "effectiveAt": {"$ref": "#/$defs/time"},
        "drill": {"type": "boolean"},
        "statement": {"$ref": "#/$defs/digest"}
       }
      },
      "changeRecorded": {
       "required": ["change", "at", "text", "automatic"],
       "properties": {
        "change": {
         "enum": [
          "protocol", "model", "dataset", "mapping", "software", "policy", "workflow", "sourceSystem",
          "other"
         ]
        },
        "at": {"$ref": "#/$defs/time"},
        "text": {"type": "string", "minLength": 1, "maxLength": 500},
        "automatic": {"type": "boolean"},
        "site": {"$ref": "#/$defs/id"}
       }
      },
      "consentRecorded": {
       "required": ["site", "protocol", "phase", "statement"],
       "properties": {
        "site": {"$ref": "#/$defs/id"},
        "protocol": {"$ref": "#/$defs/digest"},
        "phase": {"enum": ["none", "silent", "limited", "broad"]},
        "statement": {"$ref": "#/$defs/digest"}
       }
      },
      "count": {"type": "integer", "minimum": 0, "maximum": 9007199254740991},
      "decisionRecorded": {
       "required": [
        "gate", "protocol", "evidence", "page", "decision", "person", "role", "key", "signedAt",
        "validUntil", "seen", "conditions", "statement"
       ],
       "properties": {
        "gate": {"enum": ["limited", "broad", "restart"]},
        "protocol": {"$ref": "#/$defs/digest"},
        "evidence": {"$ref": "#/$defs/digest"},
        "page": {"$ref": "#/$defs/digest"},
        "decision": {"enum": ["approve", "reject", "abstain"]},
        "person": {"type": "string", "minLength": 1, "maxLength": 200},
        "role": {"type": "string", "minLength": 1, "maxLength": 100},
        "key": {"$ref": "#/$defs/digest"},
        "signedAt": {"$ref": "#/$defs/time"},
        "validUntil": {"$ref": "#/$defs/time"},
        "seen": {"type": "integer", "minimum": 0, "maximum": 1000000},
        "conditions": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 500},
         "maxItems": 2000
        },
        "statement": {"$ref": "#/$defs/digest"},
        "round": {"$ref": "#/$defs/id"},
        "onBehalfOf": {"type": "string", "minLength": 1, "maxLength": 200},
        "target": {"$ref": "#/$defs/target"}
       },
       "if": {"properties": {"gate": {"const": "restart"}}},
       "then": {"required": ["target"]},
       "else": {"properties": {"target": false}}
      },
      "delegationRecorded": {
       "required": [
        "gate", "role", "person", "delegate", "organisation", "key", "from", "until", "statement"
       ],
       "properties": {
        "gate": {"enum": ["limited", "broad", "restart"]},
        "role": {"type": "string", "minLength": 1, "maxLength": 100},
        "person": {"type": "string", "minLength": 1, "maxLength": 200},
        "delegate": {"type": "string", "minLength": 1, "maxLength": 200},
        "organisation": {"type": "string", "minLength": 1, "maxLength": 200},
        "key": {"$ref": "#/$defs/digest"},
        "from": {"$ref": "#/$defs/time"},
        "until": {"$ref": "#/$defs/time"},
        "statement": {"$ref": "#/$defs/digest"}
       }
      },
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "event": {
       "type": "object",
       "unevaluatedProperties": false,
       "required": ["format", "sequence", "previous", "time", "actor", "kind"],
       "properties": {
        "format": {"const": "urn:equipoise:study-event:v1"},
        "sequence": {"$ref": "#/$defs/number"},
        "previous": {"$ref": "#/$defs/digest"},
        "time": {"$ref": "#/$defs/time"},
        "actor": {"type": "string", "pattern": "^[a-z0-9/-]{1,200}$"},
        "kind": {
         "enum": [
          "protocolPublished", "consentRecorded", "evidenceRecorded", "delegationRecorded",
          "decisionRecorded", "phaseEntered", "held", "stopped", "restarted", "wordGiven", "acknowledged",
          "incidentOpened", "incidentNoted", "incidentClosed", "changeRecorded"
         ]
        }
       },
       "allOf": [
        {
         "if": {"properties": {"kind": {"const": "protocolPublished"}}},
         "then": {"$ref": "#/$defs/protocolPublished"}
        },
        {
         "if": {"properties": {"kind": {"const": "consentRecorded"}}},
         "then": {"$ref": "#/$defs/consentRecorded"}
        },
        {
         "if": {"properties": {"kind": {"const": "evidenceRecorded"}}},
         "then": {"$ref": "#/$defs/evidenceRecorded"}
        },
        {
         "if": {"properties": {"kind": {"const": "delegationRecorded"}}},
         "then": {"$ref": "#/$defs/delegationRecorded"}
        },
        {
         "if": {"properties": {"kind": {"const": "decisionRecorded"}}},
         "then": {"$ref": "#/$defs/decisionRecorded"}
        },
        {
         "if": {"properties": {"kind": {"const": "phaseEntered"}}},
         "then": {"$ref": "#/$defs/phaseEntered"}
        },
        {"if": {"properties": {"kind": {"const": "held"}}}, "then": {"$ref": "#/$defs/held"}},
        {"if": {"properties": {"kind": {"const": "stopped"}}}, "then": {"$ref": "#/$defs/stopped"}},
        {"if": {"properties": {"kind": {"const": "restarted"}}}, "then": {"$ref": "#/$defs/restarted"}},
        {"if": {"properties": {"kind": {"const": "wordGiven"}}}, "then": {"$ref": "#/$defs/wordGiven"}},
        {
         "if": {"properties": {"kind": {"const": "acknowledged"}}},
         "then": {"$ref": "#/$defs/acknowledged"}
        },
        {
         "if": {"properties": {"kind": {"const": "incidentOpened"}}},
         "then": {"$ref": "#/$defs/incidentOpened"}
        },
        {
         "if": {"properties": {"kind": {"const": "incidentNoted"}}},
         "then": {"$ref": "#/$defs/incidentNoted"}
        },
        {
         "if": {"properties": {"kind": {"const": "incidentClosed"}}},
         "then": {"$ref": "#/$defs/incidentClosed"}
        },
        {
         "if": {"properties": {"kind": {"const": "changeRecorded"}}},
         "then": {"$ref": "#/$defs/changeRecorded"}
        }
       ]
      },
      "evidenceRecorded": {
       "required": [
        "round", "phase", "protocol", "look", "verdict", "breached", "evidence", "endedAt", "sites",
        "headlines"
       ],
       "properties": {
        "round": {"$ref": "#/$defs/id"},
        "phase": {"$ref": "#/$defs/phase"},
        "protocol": {"$ref": "#/$defs/digest"},
        "look": {"type": "integer", "minimum": 1, "maximum": 1000000},
        "verdict": {"enum": ["pass", "fail", "inconclusive", "notEvaluable"]},
        "breached": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 2000},
        "evidence": {"$ref": "#/$defs/digest"},
        "endedAt": {"$ref": "#/$defs/time"},
        "sites": {"type": "array", "items": {"$ref": "#/$defs/site"}, "maxItems": 1000},
        "headlines": {"type": "array", "items": {"$ref": "#/$defs/headline"}, "maxItems": 5000}
       }
      },
      "fixed": {
       "description": "8 decimals where a solver iterates, else 12",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.([0-9]{8}|[0-9]{12})$"
      },
      "headline": {
       "type": "object",
       "additionalProperties": false,
       "required": ["metric", "scope", "value"],
       "properties": {
        "metric": {
         "enum": [
          "sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "flagRate",
          "netBenefit", "netBenefitGain", "prevalence", "auroc", "brierScore", "observedExpectedRatio",
          "calibrationInTheLarge", "calibrationIntercept", "calibrationSlope"
         ]
        },
        "scope": {
         "enum": ["pooledRows", "withinSite", "randomEffects", "newSite", "everySite", "worstSite"]
        },
        "value": {"$ref": "#/$defs/fixed"},
        "site": {"$ref": "#/$defs/id"},
        "lower": {"$ref": "#/$defs/fixed"},
        "upper": {"$ref": "#/$defs/fixed"}
       }
      },
      "held": {
       "required": ["incident", "cause", "criteria", "reason", "drill"],
       "properties": {
        "incident": {"$ref": "#/$defs/id"},
        "cause": {"enum": ["stopCriterion", "person"]},
        "criteria": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 2000},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
        "drill": {"type": "boolean"},
        "round": {"$ref": "#/$defs/id"}
       }
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "incidentClosed": {
       "required": ["incident", "people", "text"],
       "properties": {
        "incident": {"$ref": "#/$defs/id"},
        "people": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 200},
         "maxItems": 2000
        },
        "text": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      },
      "incidentNoted": {
       "required": ["incident"],
       "properties": {
        "incident": {"$ref": "#/$defs/id"},
        "text": {"type": "string", "minLength": 1, "maxLength": 500},
        "owner": {"type": "string", "minLength": 1, "maxLength": 200},
        "runbook": {"type": "string", "minLength": 1, "maxLength": 500},
        "correctiveAction": {"type": "string", "minLength": 1, "maxLength": 2000}
       },
       "anyOf": [
        {"required": ["text"]},
        {"required": ["owner"]},
        {"required": ["runbook"]},
        {"required": ["correctiveAction"]}
       ]
      },
      "incidentOpened": {
       "required": ["incident", "title", "sites", "windows", "drill"],
       "properties": {
        "incident": {"$ref": "#/$defs/id"},
        "title": {"type": "string", "minLength": 1, "maxLength": 200},
        "sites": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 2000},
        "windows": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": 2000},
        "drill": {"type": "boolean"}
       }
      },
      "number": {"type": "integer", "minimum": 1, "maximum": 1000000},
      "phase": {"enum": ["silent", "limited", "broad"]},
      "phaseEntered": {
       "required": ["phase", "protocol", "decisions"],
       "properties": {
        "phase": {"$ref": "#/$defs/phase"},
        "protocol": {"$ref": "#/$defs/digest"},
        "decisions": {"type": "array", "items": {"$ref": "#/$defs/digest"}, "maxItems": 2000},
        "round": {"$ref": "#/$defs/id"}
       },
       "if": {"properties": {"phase": {"const": "silent"}}},
       "then": {"properties": {"round": false}},
       "else": {"required": ["round"]}
      },
      "protocolPublished": {
       "required": ["version", "protocol", "model", "changes", "returnsToSilent"],
       "properties": {
        "version": {"$ref": "#/$defs/number"},
        "protocol": {"$ref": "#/$defs/digest"},
        "model": {"$ref": "#/$defs/digest"},
        "changes": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 200},
         "maxItems": 2000
        },
        "returnsToSilent": {"type": "boolean"},
        "features": {"$ref": "#/$defs/digest"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 2000}
       }
      },
      "restarted": {
       "required": ["phase", "protocol", "version", "incident", "decisions"],
       "properties": {
        "phase": {"$ref": "#/$defs/phase"},
        "protocol": {"$ref": "#/$defs/digest"},
        "version": {"$ref": "#/$defs/number"},
        "incident": {"$ref": "#/$defs/id"},
        "decisions": {"type": "array", "items": {"$ref": "#/$defs/digest"}, "maxItems": 2000}
       }
      },
      "site": {
       "type": "object",
       "additionalProperties": false,
       "required": [
        "site", "dataset", "datasetName", "dataClass", "source", "sourceVersion", "extractedAt", "aggregate",
        "evaluator", "minimumCell"
       ],
       "properties": {
        "site": {"$ref": "#/$defs/id"},
        "dataset": {"$ref": "#/$defs/digest"},
        "datasetName": {"$ref": "#/$defs/id"},
        "dataClass": {"$ref": "#/$defs/id"},
        "source": {"type": "string", "minLength": 1, "maxLength": 2000},
        "sourceVersion": {"type": "string", "minLength": 1, "maxLength": 200},
        "extractedAt": {"$ref": "#/$defs/time"},
        "aggregate": {"$ref": "#/$defs/digest"},
        "evaluator": {"type": "string", "minLength": 1, "maxLength": 100},
        "minimumCell": {"type": "integer", "minimum": 1, "maximum": 1000},
        "rows": {"$ref": "#/$defs/count"},
        "events": {"$ref": "#/$defs/count"}
       }
      },
      "stopped": {
       "required": ["incident", "reason"],
       "properties": {
        "incident": {"$ref": "#/$defs/id"},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500}
       }
      },
      "target": {
       "type": "object",
       "additionalProperties": false,
       "required": ["protocolDigest", "phase", "incident"],
       "properties": {
        "protocolDigest": {"$ref": "#/$defs/digest"},
        "phase": {"$ref": "#/$defs/phase"},
        "incident": {"$ref": "#/$defs/id"}
       }
      },
      "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
      "wordGiven": {
       "required": ["site", "word", "number", "drill", "statement"],
       "properties": {
        "site": {"$ref": "#/$defs/id"},
        "word": {"enum": ["grant", "hold", "stop", "lower"]},
        "number": {"$ref": "#/$defs/number"},
        "drill": {"type": "boolean"},
        "statement": {"$ref": "#/$defs/digest"},
        "phase": {"$ref": "#/$defs/phase"}
       },
       "if": {"properties": {"word": {"const": "grant"}}},
       "then": {"required": ["phase"]},
       "else": {"properties": {"phase": false}}
      }
     }
    }

    """#
  ),
  (
    name: "trust.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:trust:v1",
     "title": "Trust file",
     "description": "Form only; rules between fields: trust.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "sites"],
     "properties": {
      "format": {"const": "evidence-trust/1"},
      "sites": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["id", "rootKeyDigest"],
        "properties": {"id": {"$ref": "#/$defs/id"}, "rootKeyDigest": {"$ref": "#/$defs/digest"}}
       },
       "maxItems": 1500
      },
      "reviewers": {
       "type": "array",
       "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "rootKeyDigest"],
        "properties": {
         "name": {"type": "string", "minLength": 1, "maxLength": 200},
         "rootKeyDigest": {"$ref": "#/$defs/digest"}
        }
       },
       "minItems": 1,
       "maxItems": 1500
      },
      "coordinator": {
       "type": "object",
       "additionalProperties": false,
       "required": ["rootKeyDigest"],
       "properties": {"rootKeyDigest": {"$ref": "#/$defs/digest"}}
      }
     },
     "$defs": {
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"}
     }
    }

    """#
  ),
  (
    name: "verdicts.schema.json",
    text: #"""
    {
     "$schema": "https://json-schema.org/draft/2020-12/schema",
     "$id": "urn:equipoise:schema:verdicts:v1",
     "title": "Verdicts of a gate",
     "description": "Form only; rules between fields: verdicts.md",
     "type": "object",
     "additionalProperties": false,
     "required": ["format", "protocol", "phase", "look", "verdict", "dataClasses", "minimum", "go", "stop"],
     "properties": {
      "format": {"const": "urn:equipoise:verdicts:v1"},
      "protocol": {"$ref": "#/$defs/digest"},
      "phase": {"$ref": "#/$defs/phase"},
      "look": {"type": "integer", "minimum": 1},
      "verdict": {"$ref": "#/$defs/verdict"},
      "dataClasses": {
       "type": "array",
       "items": {"$ref": "#/$defs/dataClass"},
       "maxItems": 3,
       "minItems": 1,
       "uniqueItems": true
      },
      "minimum": {"$ref": "#/$defs/outcome"},
      "go": {"type": "array", "items": {"$ref": "#/$defs/outcome"}, "maxItems": 200},
      "stop": {"type": "array", "items": {"$ref": "#/$defs/outcome"}, "maxItems": 200}
     },
     "$defs": {
      "dataClass": {"enum": ["clinical", "public", "synthetic"]},
      "digest": {
       "description": "SHA-256 of the bytes",
       "type": "string",
       "pattern": "^sha256:[0-9a-f]{64}$"
      },
      "finding": {
       "type": "object",
       "additionalProperties": false,
       "required": ["attribute", "level", "verdict"],
       "properties": {
        "attribute": {"$ref": "#/$defs/id"},
        "level": {"$ref": "#/$defs/id"},
        "verdict": {"$ref": "#/$defs/verdict"},
        "site": {"$ref": "#/$defs/id"},
        "window": {"$ref": "#/$defs/id"},
        "value": {"$ref": "#/$defs/fixed"},
        "lower": {"$ref": "#/$defs/fixed"},
        "upper": {"$ref": "#/$defs/fixed"}
       }
      },
      "fixed": {
       "description": "8 decimals where a solver iterates, else 12",
       "type": "string",
       "maxLength": 40,
       "pattern": "^-?(0|[1-9][0-9]*)\\.([0-9]{8}|[0-9]{12})$"
      },
      "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
      "outcome": {
       "type": "object",
       "additionalProperties": false,
       "required": ["criterion", "verdict", "sentence", "reasons", "findings"],
       "properties": {
        "criterion": {"$ref": "#/$defs/id"},
        "verdict": {"$ref": "#/$defs/verdict"},
        "sentence": {"type": "string", "minLength": 1, "maxLength": 2000},
        "reasons": {
         "type": "array",
         "items": {"type": "string", "minLength": 1, "maxLength": 2000},
         "maxItems": 100000
        },
        "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}, "maxItems": 500000}
       }
      },
      "phase": {"enum": ["silent", "limited", "broad"]},
      "verdict": {"enum": ["pass", "fail", "inconclusive", "notEvaluable"]}
     }
    }

    """#
  ),
]
